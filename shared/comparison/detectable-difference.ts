import { sum } from '../metrics/sum.ts';
import { meanDifference, type PairedSet } from './paired-set.ts';

/** Quantiles of the standard normal distribution: two-sided 5 %, and 80 % power. */
const SIGNIFICANCE = 1.959963984540054;
const POWER = 0.8416212335729143;
const ROUNDS = 60;

/** What the differences of a benchmark tell about how much others like them would vary. */
interface Spread {
  readonly problems: number;
  /** Of the differences about their mean. */
  readonly variance: number;
  /** By how much problems differ that differ, large differences weighing more; 1 where none does. */
  readonly size: number;
  /** The step of the mean between sums that one more turned sample would part. */
  readonly grain: number;
}

/**
 * The smallest true difference that a two-sided 5 % test of the mean over these benchmarks finds in 80 of 100 cases, if
 * the differences vary as those seen do.
 *
 * @param sets - at least one
 * @returns a share, at most 1
 * @see Connor 1987, "Sample size for testing differences in proportions for the paired-sample design"
 */
export function detectableDifference(sets: readonly PairedSet[]): number {
  const spreads = sets.map(spreadOf);
  return leastThat(1, (difference) => isFound(difference, 1, spreads));
}

/**
 * How many problems like these, of all benchmarks together, would do to find such a difference in 80 of 100 cases.
 *
 * @param difference - a share above 0
 */
export function problemsNeeded(sets: readonly PairedSet[], difference: number): number {
  const spreads = sets.map(spreadOf);
  let most = 1;
  while (!isFound(difference, most, spreads)) most *= 2;
  const times = leastThat(most, (each) => isFound(difference, each, spreads));
  return Math.ceil(times * sum(spreads.map(({ problems }) => problems)));
}

function spreadOf({ steps, unit, ...set }: PairedSet): Spread {
  const mean = meanDifference({ steps, unit, ...set });
  const variance = sum(steps.map((step) => (step * unit - mean) ** 2)) / steps.length;
  const turned = sum(steps.map(Math.abs)) * unit;
  const size = turned > 0 ? sum(steps.map((step) => (step * unit) ** 2)) / turned : 1;
  return { problems: steps.length, variance, size, grain: unit / steps.length };
}

/** Whether `times` as many problems find a difference in 80 of 100 cases. */
function isFound(difference: number, times: number, spreads: readonly Spread[]): boolean {
  // A larger mean takes more problems that differ: it varies at least as these alone do, where all differ alike.
  const own = spreads.map(
    ({ variance, size, problems }) => Math.max(variance, difference * (size - difference)) / problems,
  );
  const error = Math.sqrt(sum(own)) / spreads.length;
  // Signs at random vary about 0, not about the mean: by its square more, where the test just rejects.
  const lost = (SIGNIFICANCE ** 2 * sum(spreads.map(({ problems }) => 1 / problems))) / spreads.length ** 2;
  if (times <= lost) return false;
  // An exact test of one benchmark moves by whole samples; with several the sums lie close together.
  const grain = spreads.length === 1 ? (spreads[0]?.grain ?? 0) : 0;
  const rejected = (SIGNIFICANCE * error) / Math.sqrt(times - lost) + grain / times;
  return difference >= rejected + (POWER * error) / Math.sqrt(times);
}

/** The least of the numbers up to `most` from which on something holds, if it holds there; else `most`. */
function leastThat(most: number, holds: (value: number) => boolean): number {
  let [low, high] = [0, most];
  for (let i = 0; i < ROUNDS; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
