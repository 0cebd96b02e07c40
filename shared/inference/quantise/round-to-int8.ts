import { INT8_ZERO, LARGEST_INT8 } from '../graph/quantised-names.ts';
import type { Feedback } from './feedback.ts';
import { largestOf } from './largest-of.ts';

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
 * @param feedback - by which errors make up for one another
 */
export function roundToInt8(
  values: Float64Array,
  { data, scales, rows, columns }: Int8Target,
  { directions: [a, b], shares: [ofA, ofB] }: Feedback,
): void {
  const [inner, outer] = [columns.length, scales.length];
  const inverses = new Float64Array(rows.length);
  /** Along both directions, by what was rounded so far. */
  const missedA = new Float64Array(rows.length);
  const missedB = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const scale = Math.fround(largestOf(values, row * inner, (row + 1) * inner) / LARGEST_INT8);
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
