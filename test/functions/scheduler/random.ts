/** Choices that a seed decides: the same seed gives the same schedule. */
export interface Random {
  /** A whole number in [0, `n`). */
  below(n: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** One of several; there must be one. */
  pick<T>(of: readonly T[]): T;
}

/** Mulberry32, a 32-bit generator that is fast and good enough to vary schedules. */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (p) => next() < p,
    pick: <T>(of: readonly T[]) => of[below(of.length)] as T, // below(n) is an index of n elements
  };
}
