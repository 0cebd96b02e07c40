import type { Interval } from '../messages.ts';

/**
 * 95 % percentile bootstrap interval of the average over sets of their means. Problems are resampled within their
 * set; one set gives the interval of its own mean.
 *
 * @param sets - resampled means of each set, at least one set, equally many of each
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", §13
 */
export function bootstrapInterval(sets: readonly Float64Array[]): Interval {
  const averages = Float64Array.from(sets[0] as Float64Array, (_, i) => {
    let total = 0;
    for (const means of sets) total += means[i] as number;
    return total / sets.length;
  }).sort();
  return [quantile(averages, 0.025), quantile(averages, 0.975)];
}

/** Linear between order statistics. @param sorted - ascending */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
