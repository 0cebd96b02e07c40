import { z } from 'zod';
import { AlertRuleName } from './alerts/alert-rules.ts';
import { Metrics } from './records/runs.ts';

const count = z.number().int().nonnegative();
const run = z.string();
const detail = z.string();

/** Something that goes as it should. */
const info = <E extends string, S extends z.core.$ZodLooseShape>(event: E, shape: S) =>
  z.object({ level: z.literal('info'), event: z.literal(event), ...shape });

/** Training goes on, but somebody should know: `detail` says what. */
const warning = <E extends string, S extends z.core.$ZodLooseShape>(event: E, shape: S) =>
  z.object({ level: z.literal('warning'), event: z.literal(event), run, ...shape, detail });

/** What a step gave to the scoring of checkpoints on its machine. */
export const Lent = z.object({
  /** Seconds that it waited for its turn. */
  waitSeconds: z.number().nonnegative(),
  /** CPU seconds that were computed beside it. */
  cpuSeconds: z.number().nonnegative(),
});
export type Lent = z.infer<typeof Lent>;

/** What the command that started a driver tells it. */
export const DriverMessage = z.object({
  event: z.literal('scoring-computed'),
  cpuSeconds: z.number().nonnegative(),
});
export type DriverMessage = z.infer<typeof DriverMessage>;

/**
 * The lines that the driver's process writes to standard output, one JSON object each. Whoever follows a run parses them
 * by this; `phase` and `phase-progress` are written for a parent process only.
 */
export const DriverEvent = z.discriminatedUnion('event', [
  info('training-set', {
    run,
    rows: count,
    /** Examples that were left out, by reason. */
    dropped: z.object({ overlong: count, invalidLabel: count }),
  }),
  info('engine-started', { run, pid: count }),
  /** Told for each engine; `step` is the finished one that it goes on from. */
  info('run-started', { run, incarnation: count, step: count, steps: count }),
  info('phase', { run, phase: z.string() }),
  /** How much of the phase is done, in parts of its own. */
  info('phase-progress', { run, done: count, total: count }),
  info('step', { run, step: count, metrics: Metrics, lent: Lent.optional() }),
  info('checkpoint', { run, step: count }),
  /** The engine's memory did not suffice: passes have at most so many tokens from now on. */
  info('smaller-passes', { run, tokenBudget: count }),
  info('run-finished', { run }),
  warning('side-work-failed', { kind: z.string() }),
  warning('step-resampled', { step: count }),
  /** `checkpoint` is its key in the store, or that of a rescue. */
  warning('checkpoint-damaged', { checkpoint: z.string() }),
  /** What its steps give reason to tell, each rule once: `info` where nothing is wrong. */
  z.object({
    level: z.enum(['info', 'warning']),
    event: z.literal('alert'),
    run,
    rule: AlertRuleName,
    step: count,
    /** `null` of one that is not finite. */
    value: z.number().nullable(),
    detail,
  }),
  z.object({ level: z.literal('error'), event: z.literal('engine-lost'), run, detail }),
  z.object({ level: z.literal('error'), event: z.literal('sampler-fault'), detail }),
  /** The last line of a driver that fails. */
  z.object({ level: z.literal('error'), event: z.literal('run-failed'), code: z.string(), detail }),
]);
export type DriverEvent = z.infer<typeof DriverEvent>;
export type AlertEvent = Extract<DriverEvent, { readonly event: 'alert' }>;
