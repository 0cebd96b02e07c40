import type { Interval } from '../messages.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { mean } from './mean.ts';
import { resampledMeans } from './resampled-means.ts';

/** How much better the second of two models is on the same problems. */
export interface PairedDifference {
  /** Mean of second minus first, in [−1, 1]; `null` where they share no problem. */
  readonly mean: number | null;
  /** 95 %, problems resampled with both of their scores together. */
  readonly interval: Interval | null;
}

/**
 * Mean difference on problems that both were scored on, with the percentile bootstrap over problems. Pairs keep what
 * the two have in common, the difficulty of each problem, out of the interval.
 *
 * @param differences - second minus first, one per shared problem
 * @param stream - a 32-bit word that names the set of problems, as for `resampledMeans`
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", §8
 */
export function pairedDifference(
  differences: readonly number[],
  stream: number,
): PairedDifference & { readonly resampled: Float64Array } {
  if (differences.length === 0) return { mean: null, interval: null, resampled: new Float64Array() };
  const resampled = resampledMeans(differences, stream);
  return { mean: mean(differences), interval: bootstrapInterval([resampled]), resampled };
}
