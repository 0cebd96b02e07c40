/** One benchmark on the problems that two evaluations both scored, as tests and intervals look at it. */
export interface PairedSet {
  readonly benchmark: string;
  /** Second minus first of each problem, as whole numbers of `unit`; at least one. */
  readonly steps: readonly number[];
  /** A share: one over the least common multiple of the two sample counts. */
  readonly unit: number;
}

/** Shares of right samples of one problem. */
export interface Pair {
  readonly problem: string;
  readonly first: number;
  readonly second: number;
}

/**
 * Differences on the lattice that sample counts leave, where equal ones are equal to the bit.
 *
 * @param samples - of each problem in the first evaluation and in the second
 */
export function pairedSet(
  benchmark: string,
  pairs: readonly Pair[],
  [first, second]: readonly [number, number],
): PairedSet {
  const parts = leastCommonMultiple(first, second);
  return {
    benchmark,
    steps: pairs.map((pair) => Math.round(pair.second * parts) - Math.round(pair.first * parts)),
    unit: 1 / parts,
  };
}

/** Mean difference, a share in [−1, 1]. */
export function meanDifference({ steps, unit }: PairedSet): number {
  let total = 0;
  for (const step of steps) total += step;
  return (total * unit) / steps.length;
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
