import { z } from 'zod';
import { schemaVersion } from './ids.ts';

/** What a clock and the host say of one training step. */
export const StepTelemetry = z.object({
  schemaVersion,
  /** When it was over, milliseconds since 1970. */
  at: z.number().optional(),
  /** By phase: turn (waiting for it), publish, rollout, reward, reference, update, checkpoint. */
  seconds: z.record(z.string(), z.number()),
  /** What these seconds cost, where somebody said what an hour of the machine does. */
  usd: z.number().nonnegative().optional(),
  /** CPU seconds that the scoring of checkpoints took beside it; absent where none. */
  scoringCpuSeconds: z.number().optional(),
  /** By phase: rollout, update. */
  tokensPerSecond: z.record(z.string(), z.number()).default({}),
  /** Largest resident memory so far, by process: engine, driver. */
  peakBytes: z.record(z.string(), z.number()).default({}),
});
export type StepTelemetry = z.infer<typeof StepTelemetry>;

/** Seconds that one delivery of a shard's message took. */
export const ShardTelemetry = z.object({
  schemaVersion,
  type: z.enum(['generate-shard', 'verify-shard']),
  seconds: z.number(),
});
export type ShardTelemetry = z.infer<typeof ShardTelemetry>;
