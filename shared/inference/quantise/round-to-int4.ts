import { INT4_BLOCK, LARGEST_MULTIPLIER } from '../graph/quantised-names.ts';
import type { Feedback } from './feedback.ts';
import { largestOf } from './largest-of.ts';

/** Integers of 4 bits are from minus this to one less than it. */
const LIMIT = 8;
/** Rows that are rounded side by side, since none of them waits for another. */
const TOGETHER = 8;

/** Where rounded rows of weights go. */
export interface Int4Target {
  /** Integers from -8 to 7, [K', N], two in each byte, the first in the lower half; zeros before */
  readonly data: Uint8Array;
  /** From 1 to 15, u8 [K' / 32, N], that integers are multiplied by; ones before */
  readonly multipliers: Uint8Array;
  /** [N] */
  readonly scales: Float32Array;
  /** Where in N each row goes, and where in K' each column, in their order. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/**
 * Rounds rows of weights to integers from -8 to 7 times one multiplier for each block of 32 columns and one scale a row, 0 for a row of
 * zeros. A product of an integer and its multiplier is one of 8 bits, so that sums of products are exact integers.
 *
 * @param values - [rows, K]
 * @param feedback - by which errors make up for one another
 */
export function roundToInt4(values: Float64Array, target: Int4Target, feedback: Feedback): void {
  const { multipliers, scales, rows, columns } = target;
  const [inner, outer] = [columns.length, scales.length];
  const blocks = blocksIn(columns);
  const inverses = new Float64Array(rows.length);
  for (const [row, place] of rows.entries()) {
    const first = row * inner;
    const scale = Math.fround(largestOf(values, first, first + inner) / (LIMIT * LARGEST_MULTIPLIER));
    scales[place] = scale;
    if (scale === 0) continue;
    inverses[row] = 1 / scale;
    for (const { block, from, to } of blocks)
      multipliers[block * outer + place] = bestMultiplier(values, first + from, first + to, scale);
  }
  for (let start = 0; start < rows.length; start += TOGETHER)
    roundTogether(values, start, inverses, target, feedback);
}

/** Columns that share a multiplier: of `block`, from one of K to before another. */
interface Block {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

function blocksIn(columns: Int32Array): readonly Block[] {
  const blocks: Block[] = [];
  for (let from = 0, to = 0; from < columns.length; from = to) {
    const block = blockOf(columns[from] as number);
    while (to < columns.length && blockOf(columns[to] as number) === block) to++;
    blocks.push({ block, from, to });
  }
  return blocks;
}

const blockOf = (column: number) => Math.floor(column / INT4_BLOCK);

/**
 * That with the least squared error, of the one with which the largest weight of a block becomes 8, and some beside it. Five sums
 * together, since each alone would wait for its last addition, and in plain numbers, since there are millions of blocks.
 */
function bestMultiplier(values: Float64Array, from: number, to: number, scale: number): number {
  const whole = Math.ceil(largestOf(values, from, to) / (LIMIT * scale));
  const beside = (more: number) => Math.max(1, Math.min(LARGEST_MULTIPLIER, whole + more));
  const [a, b, c, d, e] = [beside(0), beside(-1), beside(-2), beside(-3), beside(1)];
  const [stepA, stepB, stepC, stepD, stepE] = [a * scale, b * scale, c * scale, d * scale, e * scale];
  const [ofA, ofB, ofC, ofD, ofE] = [1 / stepA, 1 / stepB, 1 / stepC, 1 / stepD, 1 / stepE];
  let [errorA, errorB, errorC, errorD, errorE] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const weight = values[i] as number;
    errorA += squaredMiss(weight, stepA, ofA);
    errorB += squaredMiss(weight, stepB, ofB);
    errorC += squaredMiss(weight, stepC, ofC);
    errorD += squaredMiss(weight, stepD, ofD);
    errorE += squaredMiss(weight, stepE, ofE);
  }
  const least = Math.min(errorA, errorB, errorC, errorD, errorE);
  if (least === errorA) return a;
  if (least === errorB) return b;
  if (least === errorC) return c;
  return least === errorD ? d : e;
}

function squaredMiss(weight: number, step: number, inverse: number): number {
  const missed = weight - toFourBits(weight * inverse) * step;
  return missed * missed;
}

/** Rounds a few rows, whose scales and multipliers are known. */
function roundTogether(
  values: Float64Array,
  start: number,
  inverses: Float64Array,
  { data, multipliers, scales, rows, columns }: Int4Target,
  { directions: [a, b], shares: [ofA, ofB] }: Feedback,
): void {
  const [inner, outer] = [columns.length, scales.length];
  const count = Math.min(TOGETHER, rows.length - start);
  /** Along both directions, by what was rounded so far. */
  const missedA = new Float64Array(count);
  const missedB = new Float64Array(count);
  for (let column = 0; column < inner; column++) {
    const place = columns[column] as number;
    const factors = blockOf(place) * outer;
    const alongA = a[column] as number;
    const alongB = b[column] as number;
    const shareA = ofA[column] as number;
    const shareB = ofB[column] as number;
    for (let i = 0, at = start * inner + column; i < count; i++, at += inner) {
      const row = rows[start + i] as number;
      const factor = multipliers[factors + row] as number;
      const exact = (values[at] as number) * (inverses[start + i] as number);
      const missA = missedA[i] as number;
      const missB = missedB[i] as number;
      const rounded = toFourBits((exact - (missA * shareA + missB * shareB)) / factor);
      missedA[i] = missA + (rounded * factor - exact) * alongA;
      missedB[i] = missB + (rounded * factor - exact) * alongB;
      putNibble(data, place * outer + row, rounded);
    }
  }
}

/** Sets 4 bits that were 0. */
function putNibble(data: Uint8Array, place: number, value: number): void {
  const at = place >> 1;
  data[at] = (data[at] as number) | ((value & 15) << ((place & 1) * 4));
}

/** The nearest integer of 4 bits. Math.round is several times slower than Math.floor, Math.min than a comparison. */
function toFourBits(value: number): number {
  const nearest = Math.floor(value + 0.5);
  if (nearest < -LIMIT) return -LIMIT;
  return nearest >= LIMIT ? LIMIT - 1 : nearest;
}
