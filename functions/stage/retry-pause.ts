import { z } from 'zod';

export const RetryEnv = z.object({
  /** Long enough for a service to come back before the fourth delivery: 30 s, 2 min, 8 min. */
  RETRY_PAUSE_SECONDS: z.coerce.number().nonnegative().default(30),
});

const GROWTH = 4;

/**
 * Seconds until a message that failed is delivered again. Without it that would be the visibility of its queue, which
 * is six times the longest work.
 *
 * @param receives - deliveries so far
 */
export function retryPause(receives: number, firstSeconds: number): number {
  return firstSeconds * GROWTH ** (receives - 1);
}
