import { cacheDim } from '../graph/head-padding.ts';
import type { Matrix } from '../graph/matrices.ts';
import { INT4_BLOCK } from '../graph/quantised-names.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Weight } from '../model-weights.ts';
import type { TensorData } from '../safetensors.ts';
import { matrixRows } from './matrix-rows.ts';
import { blocksOf, roundToInt4, roundToInt8 } from './round-weights.ts';

/** A matrix with less bits, as the graph reads it. */
export interface QuantisedMatrix {
  readonly weight: TensorData;
  readonly scales: TensorData;
}

/** Where the weights of a model lie. */
export interface MatrixSource {
  readonly directory: string;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly config: ModelConfig;
}

/** `weight` i8 [K, N], `scales` f32 [N]. */
export async function toInt8(matrix: Matrix, source: MatrixSource): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const data = new Int8Array(inner * outer);
  const scales = new Float32Array(outer);
  const column = placeOf(matrix.heads === 'columns', source.config);
  for await (const [place, row] of placedRows(matrix, source))
    scales[place] = roundToInt8(row, (index, value) => {
      data[column(index) * outer + place] = value;
    });
  return {
    weight: { dtype: 'I8', shape: [inner, outer], data },
    scales: { dtype: 'F32', shape: [outer], data: scales },
  };
}

/** `weight` u8 [N, K / 32, 16], `scales` f32 [N · K / 32]. */
export async function toInt4(matrix: Matrix, source: MatrixSource): Promise<QuantisedMatrix> {
  const { inner, outer } = matrix;
  const blocks = blocksOf(inner);
  const blockBytes = INT4_BLOCK / 2;
  const data = new Uint8Array(outer * blocks * blockBytes).fill(0x88);
  const scales = new Float32Array(outer * blocks);
  const column = placeOf(matrix.heads === 'columns', source.config);
  const padded = new Float32Array(inner);
  for await (const [place, row] of placedRows(matrix, source)) {
    for (let i = 0; i < row.length; i++) padded[column(i)] = row[i] as number;
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

/** The rows of all parts of a matrix, and where each goes. */
async function* placedRows(
  matrix: Matrix,
  { directory, weights, config }: MatrixSource,
): AsyncGenerator<[place: number, row: Float32Array]> {
  const place = placeOf(matrix.heads === 'rows', config);
  let index = 0;
  for (const part of matrix.parts) {
    const weight = weights.get(part);
    if (!weight) throw new Error(`there is no ${part}`);
    for await (const row of matrixRows(directory, weight)) yield [place(index++), row];
  }
}

/** Where element i of a model's heads lies among those of the cache, whose halves of a head may have room to spare. */
function placeOf(ofHeads: boolean, config: ModelConfig): (index: number) => number {
  const half = config.headDim / 2;
  const room = cacheDim(config) / 2;
  if (!ofHeads || half === room) return (index) => index;
  return (index) => Math.floor(index / half) * room + (index % half);
}
