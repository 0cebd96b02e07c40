import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Matrix, matricesOf } from '../graph/matrices.ts';
import { INT4_BLOCK, quantisedNames } from '../graph/quantised-names.ts';
import type { WeightPrecision } from '../graph/weight-precision.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Weight } from '../model-weights.ts';
import { layOutSafetensors, readSafetensorsHeader, type TensorData, tensorBytes } from '../safetensors.ts';
import { type MatrixSource, toInt4, toInt8 } from './quantise-matrix.ts';
import { blocksOf } from './round-weights.ts';

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
  const draft = `${path}.${process.pid}.part`;
  const matrices = matricesOf(source.config);
  const shapes = Object.fromEntries(matrices.flatMap((matrix) => tensorsOf(matrix, precision)));
  const { head, order } = layOutSafetensors(shapes);
  const offsets = new Map<string, number>();
  let end = head.length;
  for (const name of order) {
    offsets.set(name, end);
    end += tensorBytes(shapes[name] as Shape);
  }
  try {
    await using file = await open(draft, 'w');
    await write(file, head, 0);
    for (const matrix of matrices) {
      const made = await (isInt8(matrix, precision) ? toInt8 : toInt4)(matrix, source);
      const names = quantisedNames(matrix.name);
      for (const key of ['weight', 'scales'] as const)
        await write(file, bytesOf(made[key]), offsets.get(names[key]) as number);
    }
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

type Shape = Pick<TensorData, 'dtype' | 'shape'>;

function tensorsOf(matrix: Matrix, precision: Quantised): [string, Shape][] {
  const { inner, outer } = matrix;
  const { weight, scales } = quantisedNames(matrix.name);
  if (isInt8(matrix, precision))
    return [
      [weight, { dtype: 'I8', shape: [inner, outer] }],
      [scales, { dtype: 'F32', shape: [outer] }],
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
