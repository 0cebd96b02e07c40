import type { Interval } from '../records/summary.ts';
import { mean } from './mean.ts';
import { sum } from './sum.ts';

/** 97.5 % quantiles of Student's t distribution, by degrees of freedom from 1 on. */
const T = [
  ...[12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604],
  ...[2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093],
] as const;

/** More values than that need a longer table. */
export const MOST_VALUES = T.length + 1;

/**
 * 95 % interval of the mean of what a few independent values were drawn from, such as the scores of a recipe's seeds.
 *
 * @param values - at most `MOST_VALUES`
 * @returns `null` of fewer than two, which say nothing about how they vary
 * @see Student 1908, "The probable error of a mean"
 */
export function studentInterval(values: readonly number[]): Interval | null {
  const [centre, t] = [mean(values), T[values.length - 2]];
  if (centre === null || t === undefined) return null;
  const variance = sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
  const margin = t * Math.sqrt(variance / values.length);
  return [centre - margin, centre + margin];
}
