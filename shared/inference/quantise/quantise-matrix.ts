import { cacheDim } from '../graph/head-padding.ts';
import type { Matrix } from '../graph/matrices.ts';
import { INT4_BLOCK, INT8_ZERO, type QuantisedNames } from '../graph/quantised-names.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Weight } from '../model-weights.ts';
import type { TensorData } from '../safetensors.ts';
import { matrixRows } from './matrix-rows.ts';
import { blocksOf, roundToInt4, roundToInt8 } from './round-weights.ts';

/** A matrix with less bits, as the graph reads it, by the names of `quantisedNames`. */
export type QuantisedMatrix = Readonly<Partial<Record<keyof QuantisedNames, TensorData>>>;

/** Where the weights of a model lie. */
export interface MatrixSource {
  readonly directory: string;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly config: ModelConfig;
}

/** `weight` u8 [K, N], less 128; `scales` f32 [N]; `bias` f32 [N] where there is one. */
export async function toInt8(
  matrix: Matrix,
  source: MatrixSource,
  rows: AsyncIterable<Float64Array | Float32Array>,
): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const data = new Uint8Array(inner * outer).fill(INT8_ZERO);
  const scales = new Float32Array(outer);
  const [rowPlace, columnPlace] = placesOf(matrix, source.config);
  let index = 0;
  for await (const row of rows) {
    const place = rowPlace(index++);
    scales[place] = roundToInt8(row, (column, value) => {
      data[columnPlace(column) * outer + place] = value + INT8_ZERO;
    });
  }
  return {
    weight: { dtype: 'U8', shape: [inner, outer], data },
    scales: { dtype: 'F32', shape: [outer], data: scales },
  };
}

/** The bias of a matrix with heads as they are in the cache, f32 [N]. */
export function toBias(values: Float64Array, matrix: Matrix, { config }: MatrixSource): TensorData {
  const data = new Float32Array(matrix.outer);
  const [rowPlace] = placesOf(matrix, config);
  for (const [i, value] of values.entries()) data[rowPlace(i)] = value;
  return { dtype: 'F32', shape: [matrix.outer], data };
}

/** `weight` u8 [N, K / 32, 16], `scales` f32 [N · K / 32]. */
export async function toInt4(matrix: Matrix, source: MatrixSource): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const blocks = blocksOf(inner);
  const blockBytes = INT4_BLOCK / 2;
  const data = new Uint8Array(outer * blocks * blockBytes).fill(0x88);
  const scales = new Float32Array(outer * blocks);
  const [rowPlace, columnPlace] = placesOf(matrix, source.config);
  const padded = new Float32Array(inner);
  let index = 0;
  for await (const row of plainRows(matrix, source)) {
    const place = rowPlace(index++);
    for (let i = 0; i < row.length; i++) padded[columnPlace(i)] = row[i] as number;
    for (let block = 0; block < blocks; block++) {
      const values = padded.subarray(block * INT4_BLOCK, (block + 1) * INT4_BLOCK);
      const at = place * blocks + block;
      scales[at] = roundToInt4(values, data.subarray(at * blockBytes, (at + 1) * blockBytes));
    }
  }
  return {
    weight: { dtype: 'U8', shape: [outer, blocks, blockBytes], data },
    scales: { dtype: 'F32', shape: [outer * blocks], data: scales },
  };
}

/** The rows of all parts of a matrix, in their order; each is valid until the next is asked for. */
export async function* plainRows(
  { parts }: Matrix,
  { directory, weights }: MatrixSource,
): AsyncGenerator<Float32Array> {
  for (const part of parts) {
    const weight = weights.get(part);
    if (!weight) throw new Error(`there is no ${part}`);
    yield* matrixRows(directory, weight);
  }
}

type Place = (index: number) => number;

/** Where a row and a column of a model's matrix lie in one with heads as they are in the cache. */
function placesOf({ heads }: Matrix, config: ModelConfig): readonly [row: Place, column: Place] {
  return [placeOf(heads === 'rows', config), placeOf(heads === 'columns', config)];
}

/** Where element i of a model's heads lies among those of the cache, whose halves of a head may have room to spare. */
function placeOf(ofHeads: boolean, config: ModelConfig): Place {
  const half = config.headDim / 2;
  const room = cacheDim(config) / 2;
  if (!ofHeads || half === room) return (index) => index;
  return (index) => Math.floor(index / half) * room + (index % half);
}
