import { z } from '@hono/zod-openapi';
import { Digest, RunId } from '#shared/records/ids.ts';
import { Metrics, RunEntry } from '#shared/records/runs.ts';
import { Summary } from '#shared/records/summary.ts';
import { pageOf } from '../../http/paging.ts';

export const RunListItem = RunEntry.omit({ schemaVersion: true }).openapi('RunListItem');
export const RunPage = pageOf(RunListItem);
export type RunPage = z.infer<typeof RunPage>;

const RunCheckpoint = z.object({
  step: z.number().int(),
  model: Digest,
  evaluation: Digest.nullable().meta({ description: 'null where none was asked for.' }),
  scores: Summary.shape.graders.nullable().meta({ description: 'By grader; null before they are there.' }),
});

/** A run's curves. */
export const RunView = z
  .object({
    run: RunId,
    recipe: z.string(),
    codeVersion: z.string(),
    config: z.record(z.string(), z.unknown()).meta({ description: 'Every setting, as resolved.' }),
    steps: z
      .array(z.object({ step: z.number().int(), metrics: Metrics }))
      .meta({ description: 'Up to the newest checkpoint.' }),
    checkpoints: z.array(RunCheckpoint),
    saturationStep: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'From where training accuracy stays at 0.95 or more for 20 steps.' }),
  })
  .openapi('Run');
export type RunView = z.infer<typeof RunView>;
