import { z } from '@hono/zod-openapi';
import { GeneratorSpec, GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest } from '#shared/records/ids.ts';
import { Summary } from '#shared/records/summary.ts';
import { entityTag } from '../../http/entity-tag.ts';

/**
 * `planning`: asked for, not cut into shards yet. `running`: shards are worked on. `done`: there is a summary.
 * `refused`: plan could not or would not. `cancelled`: shards that had not begun are left out.
 */
export const EvaluationStatus = z.enum(['planning', 'running', 'done', 'refused', 'cancelled']);
export type EvaluationStatus = z.infer<typeof EvaluationStatus>;

/** How much of a round has ended, in shards. */
export const Coverage = z.object({
  shards: z.number().int(),
  done: z.number().int().meta({ description: 'Shards with an outcome, failed ones included.' }),
});

/** An evaluation as it stands: its newest round. */
export const EvaluationView = z
  .object({
    evaluation: Digest,
    round: z.number().int().meta({ description: '0, or the number of the latest retry.' }),
    status: EvaluationStatus,
    over: z.boolean().meta({ description: 'Nothing of this round will change any more.' }),
    model: Digest,
    generator: GeneratorSpec,
    benchmarks: z.array(
      z.object({ benchmark: BenchmarkName, problemSet: Digest.nullable(), samples: z.number().int() }),
    ),
    graders: z.array(GraderName),
    coverage: Coverage.nullable().meta({ description: 'null before the round is planned.' }),
    refused: z.object({ code: z.string(), detail: z.string() }).nullable(),
    summary: z
      .object(Summary.shape) // anew: it may be older than the extension that names schemas
      .openapi('Summary')
      .nullable()
      .meta({ description: 'Scores of every grader and benchmark, once the round is complete.' }),
  })
  .openapi('Evaluation');
export type EvaluationView = z.infer<typeof EvaluationView>;

/** The ETag of an evaluation: where it stands says all that could change, so that its scores need not be looked at. */
export function viewTag(
  { evaluation, round, status, over, coverage }: EvaluationView,
  version: string,
): string {
  return entityTag(JSON.stringify([version, evaluation, round, status, over, coverage?.done]));
}
