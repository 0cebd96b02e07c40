import { cacheDim } from '../graph/head-padding.ts';
import type { Matrix } from '../graph/matrices.ts';
import { blocksOf, INT8_ZERO, type QuantisedNames } from '../graph/quantised-names.ts';
import type { ModelConfig } from '../model-config.ts';
import type { TensorData } from '../safetensors.ts';
import type { Feedback } from './feedback.ts';
import { type MatrixSource, weightOf } from './matrix-source.ts';
import { roundToInt4 } from './round-to-int4.ts';
import { roundToInt8 } from './round-to-int8.ts';

/** A matrix with less bits, as the graph reads it, by the names of `quantisedNames`. */
export type QuantisedMatrix = Readonly<Partial<Record<keyof QuantisedNames, TensorData>>>;

/** The rows of a matrix as they are in the model that is rounded. */
export interface MatrixRows {
  /** [rows, K], several at a time */
  readonly rows: AsyncIterable<Float64Array>;
  /** Of what the matrix reads. */
  readonly feedback: Feedback;
}

/** `weight` u8 [K, N], less 128; `scales` f32 [N]. */
export async function toInt8(
  matrix: Matrix,
  source: MatrixSource,
  { rows, feedback }: MatrixRows,
): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const data = new Uint8Array(inner * outer).fill(INT8_ZERO);
  const scales = new Float32Array(outer);
  for await (const [values, places] of placed(rows, matrix, source))
    roundToInt8(values, { data, scales, ...places }, feedback);
  return {
    weight: { dtype: 'U8', shape: [inner, outer], data },
    scales: { dtype: 'F32', shape: [outer], data: scales },
  };
}

/** `weight` u8 [K · N / 2], 4 bits with a sign each; `multipliers` u8 [K / 32, N]; `scales` f32 [N]. */
export async function toInt4(
  matrix: Matrix,
  source: MatrixSource,
  { rows, feedback }: MatrixRows,
): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const [count] = int4Shape(matrix);
  const blocks = blocksOf(inner);
  const data = new Uint8Array(count);
  const multipliers = new Uint8Array(blocks * outer).fill(1);
  const scales = new Float32Array(outer);
  for await (const [values, places] of placed(rows, matrix, source))
    roundToInt4(values, { data, multipliers, scales, ...places }, feedback);
  return {
    weight: { dtype: 'U8', shape: [count], data },
    multipliers: { dtype: 'U8', shape: [blocks, outer], data: multipliers },
    scales: { dtype: 'F32', shape: [outer], data: scales },
  };
}

/** Bytes of a matrix in 4 bits. */
export function int4Shape({ inner, outer }: Matrix): readonly [number] {
  return [Math.ceil((inner * outer) / 2)];
}

/** Rows, several at a time, and where they and their columns go. */
async function* placed(
  rows: AsyncIterable<Float64Array>,
  matrix: Matrix,
  source: MatrixSource,
): AsyncGenerator<readonly [Float64Array, { readonly rows: Int32Array; readonly columns: Int32Array }]> {
  const { rowPlaces, columnPlaces: columns } = placesOf(matrix, source);
  let done = 0;
  for await (const values of rows) {
    const count = values.length / columns.length;
    yield [values, { rows: rowPlaces.subarray(done, done + count), columns }];
    done += count;
  }
}

/** The bias of a matrix with heads as they are in the cache, f32 [N]. */
export function toBias(values: Float64Array, matrix: Matrix, source: MatrixSource): TensorData {
  const data = new Float32Array(matrix.outer);
  const { rowPlaces } = placesOf(matrix, source);
  for (const [i, value] of values.entries()) data[rowPlaces[i] as number] = value;
  return { dtype: 'F32', shape: [matrix.outer], data };
}

interface Places {
  readonly rowPlaces: Int32Array;
  readonly columnPlaces: Int32Array;
}

/** Where the rows and the columns of a model's matrix lie in one with heads as they are in the cache. */
function placesOf({ parts, heads }: Matrix, source: MatrixSource): Places {
  const shapes = parts.map((part) => weightOf(part, source).shape as [number, number]);
  const rows = shapes.reduce((sum, [count]) => sum + count, 0);
  const [[, columns]] = shapes as [[number, number]];
  return {
    rowPlaces: placesAmong(rows, heads === 'rows', source.config),
    columnPlaces: placesAmong(columns, heads === 'columns', source.config),
  };
}

/** Where each element of a model's heads lies among those of the cache, whose halves of a head may have room to spare. */
function placesAmong(count: number, ofHeads: boolean, config: ModelConfig): Int32Array {
  const half = ofHeads ? config.headDim / 2 : count;
  const room = ofHeads ? cacheDim(config) / 2 : count;
  return Int32Array.from({ length: count }, (_, i) => Math.floor(i / half) * room + (i % half));
}
