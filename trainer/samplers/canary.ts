import { KnownError } from '#shared/errors.ts';
import { mean } from '../metrics/describe-values.ts';

/** Of the sequence that is compared, at most. */
export const CANARY_TOKENS = 32;

/**
 * Compares log-probabilities of one sequence in sampler and trainer after new weights went from one to the other.
 *
 * @param bound - on the mean absolute difference per token, in nats
 * @param faults - of the sampler, that lead to more; sentences
 * @throws {KnownError} `sampler-mismatch`
 */
export function checkCanary(
  sampler: Float32Array,
  trainer: Float32Array,
  bound: number,
  faults: string,
): void {
  const difference = mean(Float64Array.from(sampler, (each, t) => Math.abs(each - (trainer[t] as number))));
  if (difference <= bound) return; // false for NaN
  throw new KnownError(
    'sampler-mismatch',
    `After new weights, sampler and trainer differ by ${difference.toFixed(4)} nats per token over ${sampler.length} ` +
      `tokens; the run's sampler.maxMismatch allows ${bound}. ${faults}`,
  );
}
