import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Those lines of the runner's process, one JSON object each, that whoever started it acts on. */
export const RunnerEvent = z.discriminatedUnion('event', [
  /** What the runner before it left undone is asked for again. */
  z.object({ level: z.literal('info'), event: z.literal('runner-ready') }),
  /** What it computed since it last said so; nothing while it waits for work. */
  z.object({ level: z.literal('info'), event: z.literal('computed'), cpuSeconds: z.number().nonnegative() }),
  /** What there is of a shard in the making. */
  z.object({
    level: z.literal('info'),
    event: z.literal('completions-made'),
    evaluation: z.string(),
    shard: count,
    completions: count,
    tokens: count,
  }),
]);
export type RunnerEvent = z.infer<typeof RunnerEvent>;
