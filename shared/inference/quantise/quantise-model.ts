import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Matrix, matricesOf } from '../graph/matrices.ts';
import { INT4_BLOCK, quantisedNames, TURNS } from '../graph/quantised-names.ts';
import type { WeightPrecision } from '../graph/weight-precision.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Weight } from '../model-weights.ts';
import { layOutSafetensors, readSafetensorsHeader, type TensorData, tensorBytes } from '../safetensors.ts';
import {
  type MatrixSource,
  plainRows,
  type QuantisedMatrix,
  toBias,
  toInt4,
  toInt8,
} from './quantise-matrix.ts';
import { rotationsOf } from './rotations.ts';
import { blocksOf } from './round-weights.ts';
import { turnedBias, turnedRows } from './turned-rows.ts';

export type Quantised = Exclude<WeightPrecision, 'fp32'>;

/** Rises with every change of how weights are rounded or laid out. */
const VERSION = 1;

/** The file of a model folder that holds its matrices with less bits. */
export function quantisedFile(precision: Quantised): string {
  return `oneshot-${precision}-${VERSION}.safetensors`;
}

/**
 * The matrices of a model with less bits, from a file beside its weights that is made the first time. The same weights give the
 * same file on every machine.
 *
 * @returns where the tensors lie, by the names that the graph reads
 * @throws {KnownError} `safetensors-invalid` for a file that is damaged
 */
export async function quantisedWeights(
  directory: string,
  config: ModelConfig,
  weights: ReadonlyMap<string, Weight>,
  precision: Quantised,
): Promise<ReadonlyMap<string, Weight>> {
  const file = quantisedFile(precision);
  const path = join(directory, file);
  if (!(await exists(path))) await quantise(path, { directory, config, weights }, precision);
  const entries = await readSafetensorsHeader(path);
  return new Map([...entries].map(([name, entry]) => [name, { ...entry, file }]));
}

async function quantise(path: string, source: MatrixSource, precision: Quantised): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`;
  const turns = precision === 'int8' ? turnTensors(source.config) : {};
  const matrices = matricesOf(source.config);
  const shapes = { ...turns, ...Object.fromEntries(matrices.flatMap((each) => tensorsOf(each, precision))) };
  const { head, order } = layOutSafetensors(shapes);
  const offsets = new Map<string, number>();
  let end = head.length;
  for (const name of order) {
    offsets.set(name, end);
    end += tensorBytes(shapes[name] as Shape);
  }
  try {
    await using file = await open(draft, 'w');
    const put = (name: string, tensor: TensorData) =>
      write(file, bytesOf(tensor), offsets.get(name) as number);
    await write(file, head, 0);
    for (const [name, tensor] of Object.entries(turns)) await put(name, tensor);
    for (const matrix of matrices) {
      const names = quantisedNames(matrix.name);
      const made = await quantiseMatrix(matrix, source, precision);
      for (const [key, tensor] of Object.entries(made)) await put(names[key as keyof typeof names], tensor);
    }
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function quantiseMatrix(
  matrix: Matrix,
  source: MatrixSource,
  precision: Quantised,
): Promise<QuantisedMatrix> {
  if (precision === 'int4')
    return isInt8(matrix, precision)
      ? toInt8(matrix, source, plainRows(matrix, source))
      : toInt4(matrix, source);
  const made = await toInt8(matrix, source, turnedRows(matrix, source));
  if (matrix.biases.length === 0) return made;
  return { ...made, bias: toBias(await turnedBias(matrix, source), matrix, source) };
}

type Shape = Pick<TensorData, 'dtype' | 'shape'>;

function turnTensors(config: ModelConfig): Record<string, TensorData> {
  const { residual, inner } = rotationsOf(config);
  const tensor = (turn: typeof residual): TensorData => ({
    dtype: 'F32',
    shape: [turn.size, turn.size],
    data: turn.matrix(),
  });
  return { [TURNS.embedding]: tensor(residual), [TURNS.inner]: tensor(inner) };
}

function tensorsOf(matrix: Matrix, precision: Quantised): [string, Shape][] {
  const { inner, outer } = matrix;
  const { weight, scales, bias } = quantisedNames(matrix.name);
  const biases: [string, Shape][] =
    precision === 'int8' && matrix.biases.length > 0 ? [[bias, { dtype: 'F32', shape: [outer] }]] : [];
  if (isInt8(matrix, precision))
    return [
      [weight, { dtype: 'U8', shape: [inner, outer] }],
      [scales, { dtype: 'F32', shape: [outer] }],
      ...biases,
    ];
  const blocks = blocksOf(inner);
  return [
    [weight, { dtype: 'U8', shape: [outer, blocks, INT4_BLOCK / 2] }],
    [scales, { dtype: 'F32', shape: [outer * blocks] }],
  ];
}

/** The head of a model keeps 8 bits: its errors go into every logit. */
function isInt8({ name }: Matrix, precision: Quantised): boolean {
  return precision === 'int8' || name === 'lm_head';
}

async function write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

function bytesOf({ data }: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
