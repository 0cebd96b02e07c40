import { INT4_BLOCK, LARGEST_INT8 } from '../graph/quantised-names.ts';

/**
 * Rounds a row of weights to integers from -127 to 127 times one scale.
 *
 * @param row - [K]
 * @param put - told each integer
 * @returns the scale; 0 for a row of zeros
 */
export function roundToInt8(
  row: Float32Array | Float64Array,
  put: (index: number, value: number) => void,
): number {
  let largest = 0;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i] as number));
  const scale = Math.fround(largest / LARGEST_INT8);
  if (scale === 0) return 0;
  const inverse = 1 / scale;
  for (let i = 0; i < row.length; i++) put(i, Math.floor((row[i] as number) * inverse + 0.5));
  return scale;
}

/** Integers of 4 bits stand for themselves less this. */
const ZERO = 8;
/** Of the scale at which the largest weight becomes -8, what is tried: smaller ones clip it for the sake of the others. */
const SHARES = [1, 0.95, 0.9, 0.85, 1.1];

/**
 * Rounds a block of weights to integers from -8 to 7 times one scale, that of a few with the least squared error.
 *
 * @param block - up to 32 weights
 * @param bytes - two integers in each, the first in the lower half
 * @returns the scale; 0 for a block of zeros
 */
export function roundToInt4(block: Float32Array, bytes: Uint8Array): number {
  let extreme = 0;
  for (let i = 0; i < block.length; i++)
    if (Math.abs(block[i] as number) > Math.abs(extreme)) extreme = block[i] as number;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const share of SHARES) {
    const scale = Math.fround((extreme / -ZERO) * share);
    const error = scale === 0 ? 0 : squaredError(block, scale);
    if (error < least) [best, least] = [scale, error];
  }
  bytes.fill((ZERO << 4) | ZERO);
  if (best === 0) return 0;
  const inverse = 1 / best;
  for (let i = 0; i < block.length; i++) {
    const half = toFourBits((block[i] as number) * inverse) + ZERO;
    const byte = bytes[i >> 1] as number;
    bytes[i >> 1] = i % 2 === 0 ? (byte & 0xf0) | half : (byte & 0x0f) | (half << 4);
  }
  return best;
}

function squaredError(block: Float32Array, scale: number): number {
  const inverse = 1 / scale;
  let error = 0;
  for (let i = 0; i < block.length; i++) {
    const weight = block[i] as number;
    const missed = weight - toFourBits(weight * inverse) * scale;
    error += missed * missed;
  }
  return error;
}

/** The nearest integer of 4 bits; Math.round is several times slower than Math.floor. */
function toFourBits(value: number): number {
  return Math.max(-ZERO, Math.min(ZERO - 1, Math.floor(value + 0.5)));
}

/** Blocks of a row of K weights. */
export function blocksOf(inner: number): number {
  return Math.ceil(inner / INT4_BLOCK);
}
