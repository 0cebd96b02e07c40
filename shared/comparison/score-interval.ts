import type { Interval } from '../records/summary.ts';
import { meanDifference, type PairedSet } from './paired-set.ts';

/** Square of the 97.5 % quantile of the standard normal distribution. */
const C = 1.959963984540054 ** 2;
const HALVINGS = 50;

/**
 * 95 % score interval of the mean paired difference: it holds every mean that is not further from the observed one than
 * 1.96 standard errors, the standard error being that of the likeliest distribution over problems with that mean. For one
 * sample a problem it is Tango's, and where no problem differs Wilson's of none among n, so that no interval has width 0.
 * The likeliest distribution has weights 1 / (n (1 + λ (d − mean))) on the observed differences (empirical likelihood),
 * and on the largest difference seen, of either sign, what these cannot balance.
 *
 * @returns shares within [−1, 1] around the observed mean
 * @see Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design"
 * @see Owen 1988, "Empirical likelihood ratio confidence intervals for a single functional"
 */
export function scoreInterval(set: PairedSet): Interval {
  const mirrored = { ...set, steps: set.steps.map((step) => -step) };
  return [-upperLimit(mirrored), upperLimit(set)];
}

function upperLimit(set: PairedSet): number {
  const n = set.steps.length;
  const mean = meanDifference(set);
  const tally = [...Map.groupBy(set.steps, (step) => step)].map(([step, equal]) => ({
    value: step * set.unit,
    count: equal.length,
  }));
  const values = tally.map(({ value }) => value);
  const reach = Math.max(...values.map(Math.abs)) || 1;
  // All that the weights could lack at the far end: as if C more problems had differed so much.
  const least = (n * mean + C * reach) / (n + C);
  if (least <= mean) return reach;
  /** What the weights leave above a mean of `limit`, where λ is as a score of 1.96 there has it. */
  const excess = (limit: number) => {
    const lambda = -C / (n * (limit - mean));
    let total = 0;
    for (const { value, count } of tally) total += (count * (value - limit)) / (1 + lambda * (value - limit));
    return total;
  };
  if (Math.max(...values) < reach && excess(least) <= 0) return least;
  let [low, high] = [least, reach];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}
