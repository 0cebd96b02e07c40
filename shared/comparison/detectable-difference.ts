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
  let [low, high] = [0, 1];
  for (let i = 0; i < ROUNDS; i++) {
    const middle = (low + high) / 2;
    if (needed(middle, spreads) > 1) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * How many problems like these, of all benchmarks together, would do to find such a difference in 80 of 100 cases.
 *
 * @param difference - a share above 0
 */
export function problemsNeeded(sets: readonly PairedSet[], difference: number): number {
  const problems = sum(sets.map(({ steps }) => steps.length));
  return Math.ceil(problems * needed(difference, sets.map(spreadOf)));
}

function spreadOf(set: PairedSet): Spread {
  const { steps, unit } = set;
  const mean = meanDifference(set);
  const variance = sum(steps.map((step) => (step * unit - mean) ** 2)) / steps.length;
  const turned = sum(steps.map(Math.abs)) * unit;
  const size = turned > 0 ? sum(steps.map((step) => (step * unit) ** 2)) / turned : 1;
  return { problems: steps.length, variance, size, grain: unit / steps.length };
}

/** So many times the problems would find the difference: 80 % power where it is 1. */
function needed(difference: number, spreads: readonly Spread[]): number {
  // A larger mean takes more problems that differ: it varies at least as these alone do, where all differ alike.
  const own = spreads.map(
    ({ variance, size, problems }) => Math.max(variance, difference * (size - difference)) / problems,
  );
  const errors = sum(own);
  const underNone = sum(spreads.map(({ problems }, i) => (own[i] as number) + difference ** 2 / problems));
  const span = (SIGNIFICANCE * Math.sqrt(underNone) + POWER * Math.sqrt(errors)) / spreads.length;
  // An exact test of one benchmark moves by whole samples; with several the sums lie close together.
  const grain = spreads.length === 1 ? (spreads[0]?.grain ?? 0) : 0;
  // difference = span / √f + grain / f
  const root = (span + Math.sqrt(span ** 2 + 4 * difference * grain)) / (2 * difference);
  return root ** 2;
}
