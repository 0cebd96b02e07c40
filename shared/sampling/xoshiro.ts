import type { Words4 } from './philox.ts';

/**
 * Fills `words` with the next outputs of xoshiro128**, 32 bits each: about ten times cheaper than Philox, for
 * sequences that are always read from their start.
 *
 * @param state - not all zero; Philox of the sequence's name makes a good one
 * @see Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators", §2.1 and §5
 */
export function fillXoshiro128(words: Uint32Array, state: Words4): void {
  let [s0, s1, s2, s3] = state;
  for (let i = 0; i < words.length; i++) {
    words[i] = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
