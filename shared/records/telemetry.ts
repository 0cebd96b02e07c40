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

const count = z.number().int().nonnegative();

/** What one turn of a shard came to. */
export const TurnTelemetry = z.object({
  completions: count,
  handedOver: count,
  /** Of completions that it ended; that those it handed over came further by; that it ran again, since nothing better was stored. */
  tokens: z.object({ ended: count, gained: count, again: count }),
  /**
   * Keys and values of completions: `stored` and `read`; `late` where no time was left to store them, `refused` where the store did
   * not take them, `lost` where it did not give them back.
   */
  caches: z.object({ stored: count, late: count, refused: count, read: count, lost: count }),
  /**
   * `load`: until the model was there, 0 where it was before. Of it, `wait`: for another worker that rounds, `fetch`: files from the
   * store, `round`: the weights to less bits, `open`: of the session. `make`: all else, in which the model ran `prompts` and
   * `steps`. `store`: of keys and values, after it.
   */
  seconds: z.record(z.string(), z.number().nonnegative()),
  /** Largest resident memory of the worker so far. */
  peakBytes: z.number().nonnegative(),
});
export type TurnTelemetry = z.infer<typeof TurnTelemetry>;

/** What Lambda bills of a delivery. A function that is ended by its time limit or for its memory is billed, too, and records nothing. */
export const Billed = z.object({
  /** From one message to the next, what it took to record them included. */
  seconds: z.number().nonnegative(),
  /** Before them, where it is the first message of its environment: from the start of the process until it could take one. */
  initSeconds: z.number().nonnegative().default(0),
  memoryMib: z.number().positive(),
});
export type Billed = z.infer<typeof Billed>;

/** One delivery of a shard's message. */
export const ShardTelemetry = z.object({
  schemaVersion,
  type: z.enum(['generate-shard', 'verify-shard']),
  /** That its stage took. */
  seconds: z.number(),
  /** Code of the error that it ended with, after which the message comes again: recorded where it was billed. */
  failed: z.string().optional(),
  /** Absent where the time of workers is not billed: on this machine, and in containers. */
  billed: Billed.optional(),
  /** Of one that made completions. */
  turn: TurnTelemetry.optional(),
});
export type ShardTelemetry = z.infer<typeof ShardTelemetry>;
