import { KnownError } from '#shared/errors.ts';
import type { Score, Summary } from '#shared/messages.ts';

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
 * The scores that the `reward` grader gave.
 *
 * @throws {KnownError} `no-reward-grader` when the evaluation was not graded by it
 */
export function scoreRow(label: string, summary: Summary): ScoreRow {
  const { reward: graded } = summary.graders;
  if (!graded) {
    throw new KnownError(
      'no-reward-grader',
      `Evaluation ${summary.evaluation} holds no scores of the grader "reward". Evaluate again with it among the graders.`,
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
