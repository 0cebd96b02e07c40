import { INT4_BLOCK, INT8_ZERO, LARGEST_INT8 } from '../graph/quantised-names.ts';
import { type Feedback, noFeedback } from './feedback.ts';

/** Rows that are rounded side by side, since none of them waits for another. */
const TOGETHER = 8;

/** Where rounded rows of weights go. */
export interface Int8Target {
  /** u8 [K', N], of integers from -127 to 127 plus `INT8_ZERO` */
  readonly data: Uint8Array;
  /** [N] */
  readonly scales: Float32Array;
  /** Where in N each row goes, and where in K' each column. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/**
 * Rounds rows of weights to integers times one scale a row, 0 for a row of zeros.
 *
 * @param values - [rows, K]
 * @param feedback - by which errors make up for one another; without it each weight becomes the nearest integer
 */
export function roundToInt8(
  values: Float64Array,
  { data, scales, rows, columns }: Int8Target,
  { directions: [a, b], shares: [ofA, ofB] }: Feedback = noFeedback(columns.length),
): void {
  const [inner, outer] = [columns.length, scales.length];
  const inverses = new Float64Array(rows.length);
  /** Along both directions, by what was rounded so far. */
  const missedA = new Float64Array(rows.length);
  const missedB = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const scale = Math.fround(largestOf(values, row * inner, inner) / LARGEST_INT8);
    scales[rows[row] as number] = scale;
    inverses[row] = scale === 0 ? 0 : 1 / scale;
  }
  for (let start = 0; start < rows.length; start += TOGETHER)
    for (let column = 0; column < inner; column++) {
      const first = (columns[column] as number) * outer;
      const alongA = a[column] as number;
      const alongB = b[column] as number;
      const shareA = ofA[column] as number;
      const shareB = ofB[column] as number;
      const end = Math.min(rows.length, start + TOGETHER);
      for (let row = start, at = start * inner + column; row < end; row++, at += inner) {
        const exact = (values[at] as number) * (inverses[row] as number);
        const missA = missedA[row] as number;
        const missB = missedB[row] as number;
        const rounded = toEightBits(exact - (missA * shareA + missB * shareB));
        missedA[row] = missA + (rounded - exact) * alongA;
        missedB[row] = missB + (rounded - exact) * alongB;
        data[first + (rows[row] as number)] = rounded + INT8_ZERO;
      }
    }
}

/** The nearest integer of 8 bits. */
function toEightBits(value: number): number {
  const nearest = Math.floor(value + 0.5);
  if (nearest < -LARGEST_INT8) return -LARGEST_INT8;
  if (nearest > LARGEST_INT8) return LARGEST_INT8;
  return nearest;
}

function largestOf(values: Float64Array, first: number, length: number): number {
  let largest = 0;
  for (let i = first; i < first + length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Integers of 4 bits stand for themselves less this. */
const ZERO = 8;
/** Two integers that stand for 0. */
export const INT4_ZEROS = (ZERO << 4) | ZERO;
/** Of a block. */
export const INT4_BYTES = INT4_BLOCK / 2;
/** Of the scale at which the largest weight becomes -8, what is tried: smaller ones clip it for the sake of the others. */
const SHARES = [1, 0.95, 0.9, 0.85, 1.1];

/** Where the rounded blocks of a row of weights go. */
export interface Int4Target {
  /** u8, `INT4_BYTES` a block: two integers in each byte, the first in the lower half; `INT4_ZEROS` before */
  readonly data: Uint8Array;
  /** One a block. */
  readonly scales: Float32Array;
  /** The index of the first. */
  readonly block: number;
}

/**
 * Rounds each block of 32 weights to integers from -8 to 7 times one scale, that of a few with the least squared error; 0 for a block
 * of zeros.
 *
 * @param row - [K], of which the last block may be shorter
 */
export function roundToInt4(row: Float32Array, { data, scales, block }: Int4Target): void {
  for (let start = 0, at = block; start < row.length; start += INT4_BLOCK, at++) {
    const end = Math.min(row.length, start + INT4_BLOCK);
    const scale = bestScale(row, start, end);
    scales[at] = scale;
    if (scale !== 0) putInt4(row, start, end, 1 / scale, data, at * INT4_BYTES);
  }
}

/** The first of the scales with the least squared error; 0 for zeros. */
function bestScale(row: Float32Array, start: number, end: number): number {
  const step = extremeOf(row, start, end) / -ZERO;
  const scales = SHARES.map((share) => Math.fround(step * share));
  const errors = squaredErrors(row, start, end, scales);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < scales.length; i++) {
    const error = scales[i] === 0 ? 0 : (errors[i] as number);
    if (error < least) {
      least = error;
      best = scales[i] as number;
    }
  }
  return best === 0 ? 0 : best; // no -0, which has other bits
}

/** The weight furthest from 0. */
function extremeOf(row: Float32Array, start: number, end: number): number {
  let extreme = 0;
  for (let i = start; i < end; i++)
    if (Math.abs(row[i] as number) > Math.abs(extreme)) extreme = row[i] as number;
  return extreme;
}

/** At each of five scales; together, since each sum alone would wait for its last addition. */
function squaredErrors(
  row: Float32Array,
  start: number,
  end: number,
  [a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[],
): readonly number[] {
  const [ofA, ofB, ofC, ofD, ofE] = [1 / a, 1 / b, 1 / c, 1 / d, 1 / e];
  let [errorA, errorB, errorC, errorD, errorE] = [0, 0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const weight = row[i] as number;
    errorA += squaredMiss(weight, a, ofA);
    errorB += squaredMiss(weight, b, ofB);
    errorC += squaredMiss(weight, c, ofC);
    errorD += squaredMiss(weight, d, ofD);
    errorE += squaredMiss(weight, e, ofE);
  }
  return [errorA, errorB, errorC, errorD, errorE];
}

function squaredMiss(weight: number, scale: number, inverse: number): number {
  const missed = weight - toFourBits(weight * inverse) * scale;
  return missed * missed;
}

function putInt4(
  row: Float32Array,
  start: number,
  end: number,
  inverse: number,
  data: Uint8Array,
  first: number,
): void {
  for (let i = start; i < end; i++) {
    const half = toFourBits((row[i] as number) * inverse) + ZERO;
    const at = first + ((i - start) >> 1);
    const byte = data[at] as number;
    data[at] = (i - start) % 2 === 0 ? (byte & 0xf0) | half : (byte & 0x0f) | (half << 4);
  }
}

/** The nearest integer of 4 bits. Math.round is several times slower than Math.floor, Math.min than a comparison. */
function toFourBits(value: number): number {
  const nearest = Math.floor(value + 0.5);
  if (nearest < -ZERO) return -ZERO;
  return nearest >= ZERO ? ZERO - 1 : nearest;
}

/** Blocks of a row of K weights. */
export function blocksOf(inner: number): number {
  return Math.ceil(inner / INT4_BLOCK);
}
