import { type FileHandle, open } from 'node:fs/promises';
import { type Matrix, matricesOf } from '../graph/matrices.ts';
import { blocksOf, quantisedNames, TURNS } from '../graph/quantised-names.ts';
import type { ModelConfig } from '../model-config.ts';
import { EMBEDDING, modelTensors } from '../model-tensors.ts';
import type { Weight } from '../model-weights.ts';
import { layOutSafetensors, type TensorData, tensorBytes } from '../safetensors.ts';
import { tensorPieces } from '../tensor-pieces.ts';
import { type Calibration, calibrate } from './calibrate.ts';
import { feedbackAlong } from './feedback.ts';
import { type MatrixSource, weightOf } from './matrix-source.ts';
import { int4Shape, type QuantisedMatrix, toBias, toInt4, toInt8 } from './quantise-matrix.ts';
import { rotationsOf } from './rotations.ts';
import type { Quantised } from './rounding.ts';
import { turnedBias, turnedDirections, turnedRows } from './turned-rows.ts';

/** A file with all that the decoder computes with of a model in a precision, before it is written. */
export interface QuantisedModel {
  readonly sizeBytes: number;
  /** Writes it to a new file, whose bytes are on disk afterwards. */
  write(path: string): Promise<void>;
}

/**
 * A model with matrices of less bits. The same weights give the same bytes on every machine.
 *
 * @param source - weights that were checked
 */
export function quantiseModel(source: MatrixSource, precision: Quantised): QuantisedModel {
  const turns = turnTensors(source.config);
  const matrices = matricesOf(source.config);
  const made = { ...turns, ...Object.fromEntries(matrices.flatMap((each) => tensorsOf(each, precision))) };
  const kept = keptTensors(source, made);
  const shapes: Readonly<Record<string, Shape>> = { ...made, ...Object.fromEntries(kept) };
  const { head, order, dataBytes } = layOutSafetensors(shapes);
  const write = async (path: string) => {
    await using file = await open(path, 'wx');
    const placeOf = placesIn(file, head.length, order, shapes);
    await writeAt(file, head, 0);
    for (const [name, tensor] of Object.entries(turns)) await placeOf(name)(bytesOf(tensor));
    for (const [name, weight] of kept) {
      const put = placeOf(name);
      for await (const piece of tensorPieces(source.directory, weight)) await put(piece);
    }
    for await (const [{ name }, tensors] of quantisedMatrices(source, precision)) {
      const names = quantisedNames(name);
      for (const [key, tensor] of Object.entries(tensors))
        await placeOf(names[key as keyof typeof names])(bytesOf(tensor));
    }
    await file.sync();
  };
  return { sizeBytes: head.length + dataBytes, write };
}

/** What the graph reads as it lies in the model's files: vectors, and the embeddings, which are looked up. */
function keptTensors(
  { config, weights }: MatrixSource,
  made: Readonly<Record<string, Shape>>,
): readonly (readonly [string, Weight])[] {
  const multiplied = new Set(matricesOf(config).flatMap(({ parts }) => parts));
  multiplied.delete(EMBEDDING); // a tied head is made of it
  const names = [...modelTensors(config).keys()].filter((name) => !(name in made || multiplied.has(name)));
  return names.map((name) => [name, weightOf(name, { weights })]);
}

/** Writes the bytes of each tensor, piece after piece, where it lies. */
function placesIn(
  file: FileHandle,
  start: number,
  order: readonly string[],
  shapes: Readonly<Record<string, Shape>>,
): (name: string) => (piece: Uint8Array) => Promise<void> {
  const offsets = new Map<string, number>();
  let end = start;
  for (const name of order) {
    offsets.set(name, end);
    end += tensorBytes(shapes[name] as Shape);
  }
  return (name) => {
    let position = offsets.get(name) as number;
    return async (piece) => {
      await writeAt(file, piece, position);
      position += piece.length;
    };
  };
}

/** Rounds one matrix after the other. */
async function* quantisedMatrices(
  source: MatrixSource,
  precision: Quantised,
): AsyncGenerator<readonly [Matrix, QuantisedMatrix]> {
  const matrices = matricesOf(source.config);
  for await (const calibration of calibrate(source))
    for (const matrix of matrices.filter(({ name }) => calibration.directions.has(name)))
      yield [matrix, await quantised(matrix, source, calibration, precision)];
}

async function quantised(
  matrix: Matrix,
  source: MatrixSource,
  calibration: Calibration,
  precision: Quantised,
): Promise<QuantisedMatrix> {
  const rows = turnedRows(matrix, source, calibration);
  const feedback = feedbackAlong(turnedDirections(matrix, source, calibration));
  const round = precision === 'int8' ? toInt8 : toInt4;
  const made = await round(matrix, source, { rows, feedback });
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
  const { weight, scales, bias, multipliers } = quantisedNames(matrix.name);
  const weights: [string, Shape][] =
    precision === 'int8'
      ? [[weight, { dtype: 'U8', shape: [inner, outer] }]]
      : [
          [weight, { dtype: 'U8', shape: int4Shape(matrix) }],
          [multipliers, { dtype: 'U8', shape: [blocksOf(inner), outer] }],
        ];
  const biases: [string, Shape][] =
    matrix.biases.length > 0 ? [[bias, { dtype: 'F32', shape: [outer] }]] : [];
  return [...weights, [scales, { dtype: 'F32', shape: [outer] }], ...biases];
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

function bytesOf({ data }: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
