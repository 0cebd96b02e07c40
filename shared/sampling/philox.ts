import type { Draw } from '../ports/generator.ts';

export type Words4 = readonly [number, number, number, number];

/**
 * Philox4x32 with 10 rounds: four random 32-bit words from a 128-bit counter and a 64-bit key.
 *
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"
 */
export function philox4x32(counter: Words4, key: readonly [number, number]): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/**
 * The uniform of one token: a pure function of where the token stands, so that no generator carries state.
 * Key = seed (low word, high word), counter = (position, sample, row, step).
 *
 * @param position - index of the token in its completion, from 0
 * @returns a multiple of 2^-53 in [0, 1)
 */
export function uniform(draw: Draw, position: number): number {
  const key = [draw.seed >>> 0, Math.floor(draw.seed / 2 ** 32)] as const;
  const [high, low] = philox4x32([position, draw.sample, draw.row, draw.step], key);
  return to53Bits(high, low);
}

/** 53 bits of two words as a number in [0, 1): 27 of the first, 26 of the second. */
export function to53Bits(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** The upper 32 bits of the 64-bit product of two unsigned words, from the products of their halves. */
function multiplyHigh(a: number, b: number): number {
  const low = Math.imul(a & 0xffff, b & 0xffff);
  const middle = Math.imul(a >>> 16, b & 0xffff);
  const other = Math.imul(a & 0xffff, b >>> 16);
  const carry = ((low >>> 16) + (middle & 0xffff) + (other & 0xffff)) >>> 16;
  return (Math.imul(a >>> 16, b >>> 16) + (middle >>> 16) + (other >>> 16) + carry) | 0;
}
