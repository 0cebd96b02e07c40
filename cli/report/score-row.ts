import { KnownError } from '#shared/errors.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import type { Score, Summary } from '#shared/records/summary.ts';

/** The scores of one model: a row of the score table. */
export interface ScoreRow {
  readonly label: string;
  readonly scores: readonly BenchmarkScore[];
  readonly average: Score;
}

export interface BenchmarkScore {
  readonly benchmark: string;
  readonly problems: number;
  readonly samplesPerProblem: number;
  readonly score: Score;
}

/**
 * The scores that one grader gave.
 *
 * @throws {KnownError} `no-such-grader` when the evaluation was not graded by it
 */
export function scoreRow(label: string, summary: Summary, grader: GraderName = 'reward'): ScoreRow {
  const graded = summary.graders[grader];
  if (!graded) {
    throw new KnownError(
      'no-such-grader',
      `Evaluation ${summary.evaluation} holds no scores of the grader "${grader}". Evaluate again with it among the graders.`,
    );
  }
  return {
    label,
    scores: graded.benchmarks.map(({ benchmark, problems, samplesPerProblem, score }) => ({
      benchmark,
      problems,
      samplesPerProblem,
      score,
    })),
    average: graded.average,
  };
}
