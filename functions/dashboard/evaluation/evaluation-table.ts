import type { Table } from '../shell/csv.ts';
import type { EvaluationData } from './evaluation-data.ts';

/** The scores as a table, a row for each grader and benchmark. */
export function evaluationTable({ graders }: EvaluationData): Table {
  const columns = [
    ...['grader', 'benchmark', 'problems', 'samplesPerProblem', 'completions', 'failed'],
    ...['score', 'low', 'high', 'truncatedShare', 'noAnswerShare', 'meanTokens'],
  ];
  const rows = graders.flatMap(({ grader, benchmarks }) =>
    benchmarks.map((each) => [
      ...[grader, each.benchmark, each.problems, each.samplesPerProblem, each.completions, each.failed],
      ...[each.score.mean, each.score.interval?.[0], each.score.interval?.[1]],
      ...[each.truncatedShare, each.noAnswerShare, each.meanTokens],
    ]),
  );
  return { columns, rows };
}
