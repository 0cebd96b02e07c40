import type { Table } from '../shell/csv.ts';
import type { EvaluationsData } from './evaluations-data.ts';

/** The evaluations as a table, a row each. */
export function evaluationsTable({ evaluations }: Pick<EvaluationsData, 'evaluations'>): Table {
  const columns = [
    ...['evaluation', 'createdAt', 'run', 'step', 'recipe', 'model', 'benchmarks', 'status'],
    ...['shards', 'done', 'grader', 'score', 'low', 'high'],
  ];
  const rows = evaluations.map(
    ({ evaluation, createdAt, checkpoint, recipe, model, benchmarks, status, coverage, score }) => [
      ...[
        evaluation,
        createdAt,
        checkpoint?.run,
        checkpoint?.step,
        recipe,
        model,
        benchmarks.join(' '),
        status,
      ],
      ...[coverage?.shards, coverage?.done, score?.grader, score?.mean],
      ...[score?.interval?.[0], score?.interval?.[1]],
    ],
  );
  return { columns, rows };
}
