import type { Interval } from '../messages.ts';
import { sum } from './sum.ts';

/** The mean of one set with its interval. */
export interface SetMean {
  readonly mean: number;
  readonly interval: Interval;
}

/**
 * 95 % interval of the average over independent sets of their means, from the sets' own intervals: the distances of the
 * limits from the means add up as variances do. Keeps the asymmetry of intervals near 0 and 1, and one set keeps its own.
 *
 * @param sets - at least one
 * @see Zou, Huang and Zhang 2009, "A note on confidence interval estimation for a linear function of binomial proportions"
 */
export function averageInterval(sets: readonly SetMean[]): Interval {
  const average = sum(sets.map(({ mean }) => mean)) / sets.length;
  const distance = (limit: 0 | 1) =>
    Math.hypot(...sets.map((set) => set.interval[limit] - set.mean)) / sets.length;
  return [average - distance(0), average + distance(1)];
}
