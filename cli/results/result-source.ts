/**
 * Where commands read results from, so that they say the same wherever those are: a home or a deployment
 * (`stored-results.ts`), or a server that is asked over HTTP (`served-results.ts`); `open-results.ts` finds which. Lists are
 * those of the API and the pages; what a store tells beside is added by `run-line.ts` and `evaluation-line.ts`. Imports
 * `named/` and `processes/`.
 */
import type { Comparison, ComparisonQuery } from '#functions/results/evaluations/comparison-view.ts';
import type { Sample, SampleQuery } from '#functions/results/evaluations/sample-view.ts';
import type { ModelListItem } from '#functions/results/models/model-view.ts';
import type { EvaluationLine } from './evaluation-line.ts';
import type { RunLine } from './run-line.ts';

export type SampleFilter = Pick<SampleQuery, 'benchmark' | 'verdict' | 'grader'>;

export interface ResultSource {
  /** The newest training runs, so many at most. */
  runs(limit: number): Promise<readonly RunLine[]>;
  /** The newest evaluations, those of checkpoints among them. */
  evaluations(limit: number): Promise<readonly EvaluationLine[]>;
  /** The models that were stored last. */
  models(limit: number): Promise<readonly ModelListItem[]>;
  /**
   * The evaluation that a word means: itself, or that of a run's checkpoint, as `RUN@STEP`; of a run alone, that of its
   * newest checkpoint which has one.
   *
   * @throws {KnownError} `evaluation-unknown`, `run-unknown`, `checkpoint-unknown`
   */
  findEvaluation(subject: string): Promise<string>;
  /** Completions as far as they are scored. */
  samples(evaluation: string, filter: SampleFilter): AsyncIterable<Sample>;
  /** Whether nothing of the evaluation's newest round will change any more. */
  isOver(evaluation: string): Promise<boolean>;
  /** Each of the others against the first. */
  compare(first: string, others: readonly string[], query: ComparisonQuery): Promise<readonly Comparison[]>;
  close(): void;
}
