import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from './is-transient.ts';

/** How often, and after which pauses, a request is sent again. */
export interface RetryPolicy {
  /** The first one included. */
  readonly attempts: number;
  /** Bound of the first pause; each later one has twice the bound of the one before. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** A number in [0, 1): the share of its bound that a pause lasts. */
  readonly random: () => number;
}

/**
 * At most 11 s of pauses, 6 s on average. Whole pauses are drawn, since callers that failed together would otherwise
 * come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ "full jitter"
 */
export const RETRY_POLICY: RetryPolicy = {
  attempts: 8,
  firstPauseMs: 100,
  longestPauseMs: 5000,
  sleep,
  random: Math.random,
};

/**
 * Runs `attempt` until it answers or fails for good; gives up with its last error.
 *
 * @param attempt - is told how many attempts there were before it; each of them may have taken effect
 */
export async function retrying<T>(attempt: (earlier: number) => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let earlier = 0; ; earlier++) {
    try {
      return await attempt(earlier);
    } catch (error) {
      await pauseAfter(error, earlier + 1, policy);
    }
  }
}

/** Pauses before the next attempt; throws the error where there is to be none. @param failures - in a row */
export async function pauseAfter(
  error: unknown,
  failures: number,
  { attempts, firstPauseMs, longestPauseMs, sleep, random }: RetryPolicy,
): Promise<void> {
  if (failures >= attempts || !isTransient(error)) throw error;
  await sleep(random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)));
}
