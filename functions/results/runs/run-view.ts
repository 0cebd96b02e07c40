import { z } from '@hono/zod-openapi';
import { AlertRuleName } from '#shared/alerts/alert-rules.ts';
import { Digest, RunId } from '#shared/records/ids.ts';
import { Metrics } from '#shared/records/runs.ts';
import { Summary } from '#shared/records/summary.ts';
import { Paging, pageOf } from '../../http/paging.ts';
import { TextQuery } from '../../http/query-values.ts';
import { TimeText } from '../../http/time-text.ts';
import { Coverage, EvaluationStatus } from '../evaluations/evaluation-view.ts';
import { HeadlineScore } from '../evaluations/headline-score.ts';
import { RunState } from './run-progress.ts';

export const RunQuery = Paging.extend({
  recipe: z.string().max(200).optional(),
  state: RunState.optional(),
  q: TextQuery.optional().meta({ description: 'What the name of the run holds.' }),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** A checkpoint's average over its benchmarks. */
const CheckpointScore = HeadlineScore.extend({ step: z.number().int(), evaluation: Digest });
export type CheckpointScore = z.infer<typeof CheckpointScore>;

const progress = {
  state: RunState,
  step: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'The last that is done; null where damage hides it.' }),
  steps: z.number().int().nullable().meta({ description: 'How many there are to be, where that is known.' }),
};

const Alert = z
  .object({
    rule: AlertRuleName,
    severity: z.enum(['warning', 'note']).meta({ description: 'note: nothing is wrong.' }),
    step: z.number().int().meta({ description: 'From where on.' }),
    value: z.number().meta({ description: 'The number that met the rule; `found` says which.' }),
    found: z.string(),
    means: z.string(),
    advice: z.string(),
  })
  .openapi('Alert');

/** A run as listed; GET it for its curves. */
export const RunListItem = z
  .object({
    run: RunId,
    recipe: z.string(),
    createdAt: TimeText,
    ...progress,
    checkpoints: z.number().int().nullable(),
    score: CheckpointScore.nullable().meta({ description: 'Of the newest checkpoint that has one.' }),
    best: CheckpointScore.nullable().meta({
      description:
        'The highest average of all checkpoints; picked by the score that it shows, and so flattered.',
    }),
    curve: z
      .array(z.object({ step: z.number().int(), mean: z.number().nullable() }))
      .meta({ description: 'The average of every checkpoint; null where there is none.' }),
    unscored: z
      .number()
      .int()
      .meta({ description: 'Checkpoints whose evaluation lost shards or was refused.' }),
    alerts: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Warnings that its steps give reason for; GET the run for what they are.' }),
    worstAlert: AlertRuleName.nullable().meta({
      description: 'The gravest of them; null where there is none.',
    }),
  })
  .openapi('RunListItem');
export type RunListItem = z.infer<typeof RunListItem>;
export const RunPage = pageOf(RunListItem);
export type RunPage = z.infer<typeof RunPage>;

/**
 * `none`: no evaluation was asked for. `waiting`: one is wanted, and nobody has planned it. The others are those of the
 * evaluation.
 */
const CheckpointStatus = z.enum(['none', 'waiting', ...EvaluationStatus.options]);

const RunCheckpoint = z.object({
  step: z.number().int(),
  model: Digest,
  evaluation: Digest.nullable().meta({ description: 'null where none was asked for.' }),
  status: CheckpointStatus,
  coverage: Coverage.nullable(),
  failed: z
    .record(z.string(), z.number().int())
    .meta({ description: 'Shards that failed, by reason; empty before the round is over.' }),
  refused: z.object({ code: z.string(), detail: z.string() }).nullable(),
  scores: Summary.shape.graders.nullable().meta({ description: 'By grader; null before they are there.' }),
  weights: z
    .enum(['kept', 'deleted'])
    .meta({ description: 'deleted: its scores stay, but it cannot be evaluated again.' }),
  resumable: z.boolean().meta({ description: 'Its optimizer state is kept.' }),
});
export type RunCheckpoint = z.infer<typeof RunCheckpoint>;

const StepOfRun = z.object({ run: RunId, step: z.number().int() });

/** A run's curves. */
export const RunView = z
  .object({
    run: RunId,
    recipe: z.string(),
    ...progress,
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
    alerts: z.array(Alert).meta({
      description: 'What its steps give reason to tell, each rule once, by step.',
    }),
    forkOf: StepOfRun.nullable().meta({
      description: 'The checkpoint of another run that this one began with.',
    }),
    forks: z
      .array(StepOfRun)
      .meta({ description: 'Runs that began with a checkpoint of this one, and which.' }),
    restarts: z
      .array(z.object({ incarnation: z.number().int(), step: z.number().int().nullable() }))
      .meta({ description: 'Where each driver after the first went on; null: from the beginning.' }),
  })
  .openapi('Run');
export type RunView = z.infer<typeof RunView>;
