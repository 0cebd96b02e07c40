import { z } from 'zod';

export const RetryEnv = z.object({
  /** Long enough for a service to come back before the fourth delivery: 30 s, 2 min, 8 min. */
  RETRY_PAUSE_SECONDS: z.coerce.number().nonnegative().default(30),
});

export interface RetryPauses {
  /** Before the second delivery. */
  readonly firstSeconds: number;
  /** How many times longer each pause is than the one before. */
  readonly growth: number;
}

/** The pauses of workers on AWS. */
export function pausesOf({ RETRY_PAUSE_SECONDS }: z.infer<typeof RetryEnv>): RetryPauses {
  return { firstSeconds: RETRY_PAUSE_SECONDS, growth: 4 };
}

/**
 * Seconds until a message that failed is delivered again. Without it that would be the visibility of its queue, which
 * is six times the longest work.
 *
 * @param receives - deliveries so far
 */
export function retryPause(receives: number, { firstSeconds, growth }: RetryPauses): number {
  return firstSeconds * growth ** (receives - 1);
}
