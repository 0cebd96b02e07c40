import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import { KnownError } from '#shared/errors.ts';

export interface RetryPolicy {
  readonly tries: number;
  /** Before the second try; twice as long before each one after it. */
  readonly firstPauseMs: number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Tries again what failed for a reason that may pass.
 *
 * @param what - the server, for the message
 * @throws {KnownError} `endpoint-unreachable` when the last try failed too; whatever `work` throws for other reasons;
 *   the signal's reason once it is aborted
 */
export async function retried<T>(
  what: string,
  work: () => Promise<T>,
  { tries, firstPauseMs, pause }: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (tried >= tries) throw unreachable(what, tried, error);
    }
    await pause(firstPauseMs * 2 ** (tried - 1), signal);
  }
}

function unreachable(what: string, tried: number, cause: Error): KnownError {
  return new KnownError(
    'endpoint-unreachable',
    `${what} gave no answer in ${tried} ${tried === 1 ? 'try' : 'tries'}: ${cause.message}. ` +
      'Start it, or correct its address in ONESHOT_ENDPOINTS.',
    { cause },
  );
}
