import { cacheDim } from '../graph/head-padding.ts';
import type { Matrix } from '../graph/matrices.ts';
import { INT8_ZERO, type QuantisedNames } from '../graph/quantised-names.ts';
import type { ModelConfig } from '../model-config.ts';
import type { TensorData } from '../safetensors.ts';
import type { Feedback } from './feedback.ts';
import { type MatrixSource, plainRows, weightOf } from './matrix-source.ts';
import { blocksOf, INT4_BYTES, INT4_ZEROS, roundToInt4, roundToInt8 } from './round-weights.ts';

/** A matrix with less bits, as the graph reads it, by the names of `quantisedNames`. */
export type QuantisedMatrix = Readonly<Partial<Record<keyof QuantisedNames, TensorData>>>;

/**
 * `weight` u8 [K, N], less 128; `scales` f32 [N]; `bias` f32 [N] where there is one.
 *
 * @param rows - [rows, K] of the model, several at a time
 * @param feedback - of what the matrix reads; without it each weight becomes the nearest integer
 */
export async function toInt8(
  matrix: Matrix,
  source: MatrixSource,
  rows: AsyncIterable<Float64Array>,
  feedback?: Feedback,
): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const data = new Uint8Array(inner * outer).fill(INT8_ZERO);
  const scales = new Float32Array(outer);
  const { rowPlaces, columnPlaces: columns } = placesOf(matrix, source);
  let done = 0;
  for await (const values of rows) {
    const count = values.length / columns.length;
    const target = { data, scales, rows: rowPlaces.subarray(done, done + count), columns };
    roundToInt8(values, target, feedback);
    done += count;
  }
  return {
    weight: { dtype: 'U8', shape: [inner, outer], data },
    scales: { dtype: 'F32', shape: [outer], data: scales },
  };
}

/** The bias of a matrix with heads as they are in the cache, f32 [N]. */
export function toBias(values: Float64Array, matrix: Matrix, source: MatrixSource): TensorData {
  const data = new Float32Array(matrix.outer);
  const { rowPlaces } = placesOf(matrix, source);
  for (const [i, value] of values.entries()) data[rowPlaces[i] as number] = value;
  return { dtype: 'F32', shape: [matrix.outer], data };
}

/** `weight` u8 [N, K / 32, 16], `scales` f32 [N · K / 32]. */
export async function toInt4(matrix: Matrix, source: MatrixSource): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const blocks = blocksOf(inner);
  const data = new Uint8Array(outer * blocks * INT4_BYTES);
  const scales = new Float32Array(outer * blocks);
  data.fill(INT4_ZEROS);
  const { rowPlaces, columnPlaces } = placesOf(matrix, source);
  const width = columnPlaces.length;
  const padded = new Float32Array(inner);
  let index = 0;
  for await (const values of plainRows(matrix, source))
    for (let first = 0; first < values.length; first += width) {
      const row = values.subarray(first, first + width);
      if (width < inner) for (let i = 0; i < width; i++) padded[columnPlaces[i] as number] = row[i] as number;
      const block = (rowPlaces[index++] as number) * blocks;
      roundToInt4(width < inner ? padded : row, { data, scales, block });
    }
  return {
    weight: { dtype: 'U8', shape: [outer, blocks, INT4_BYTES], data },
    scales: { dtype: 'F32', shape: [outer * blocks], data: scales },
  };
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
