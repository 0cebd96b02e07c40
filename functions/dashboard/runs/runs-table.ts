import type { Table } from '../shell/csv.ts';
import type { RunsData } from './runs-data.ts';

/** The runs as a table, a row each. */
export function runsTable({ runs }: RunsData): Table {
  const columns = [
    'run',
    'recipe',
    'createdAt',
    'state',
    'step',
    'steps',
    'scoredStep',
    'grader',
    'score',
    'low',
    'high',
    'unscored',
    'alerts',
    'worstAlert',
  ];
  const rows = runs.map(
    ({ run, recipe, createdAt, state, step, steps, score, unscored, alerts, worstAlert }) => [
      ...[run, recipe, createdAt, state, step, steps, score?.step, score?.grader, score?.mean],
      ...[score?.interval?.[0], score?.interval?.[1], unscored, alerts, worstAlert],
    ],
  );
  return { columns, rows };
}
