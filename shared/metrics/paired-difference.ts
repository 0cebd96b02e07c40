import type { Interval } from '../records/summary.ts';
import { boundedMeanInterval } from './bounded-mean-interval.ts';
import { mean } from './mean.ts';

/** How much better the second of two models is on the same problems. */
export interface PairedDifference {
  /** Mean of second minus first, in [−1, 1]. */
  readonly mean: number;
  /** 95 %, over problems. */
  readonly interval: Interval;
}

/**
 * Mean difference on problems that both were scored on; `null` where there is none. Pairs keep what the two have in
 * common, the difficulty of each problem, out of the interval.
 *
 * @param differences - second minus first, one per shared problem
 * @param stream - a 32-bit word that names the set of problems
 */
export function pairedDifference(differences: readonly number[], stream: number): PairedDifference | null {
  const average = mean(differences);
  if (average === null) return null;
  return { mean: average, interval: boundedMeanInterval(differences, { range: [-1, 1], stream }) };
}
