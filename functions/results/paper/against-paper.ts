import type { Score } from '#shared/records/summary.ts';
import { MARGIN } from '../evaluations/comparison-view.ts';

/** A score against a published one. Shares; differences are ours minus theirs. */
export interface AgainstPaper {
  readonly difference: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
  /** `equal`: a difference larger than the margin is excluded. `unclear`: neither that nor a difference is settled. */
  readonly verdict: 'higher' | 'lower' | 'equal' | 'unclear';
}

/**
 * Holds a score against a published number without an interval. The paper had as many problems and samples, so that its number
 * is as uncertain as ours: the interval of the difference of two such means is wider by the root of 2. Both asked the same
 * problems, which would make it narrower, were the paper's answers known.
 *
 * @returns `null` where completions are missing, so that there is no mean
 */
export function againstPaper({ mean, interval }: Score, published: number): AgainstPaper | null {
  if (mean === null || interval === null) return null;
  const difference = mean - published;
  const [low, high] = [
    difference - Math.SQRT2 * (mean - interval[0]),
    difference + Math.SQRT2 * (interval[1] - mean),
  ];
  const verdict =
    low > 0 ? 'higher' : high < 0 ? 'lower' : Math.max(-low, high) <= MARGIN ? 'equal' : 'unclear';
  return { difference, interval: [low, high], verdict };
}
