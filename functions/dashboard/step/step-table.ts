import type { Table } from '../shell/csv.ts';
import type { StepData } from './step-data.ts';

/** The samples of the groups on a page, a row each. */
export function stepTable({ run, step, groups }: StepData): Table {
  const columns = [
    'run',
    'step',
    'group',
    'sample',
    'verdict',
    'reason',
    'extracted',
    'reward',
    'advantage',
    'tokens',
    'truncated',
    'text',
  ];
  const rows = groups.flatMap(({ row, rollouts }) =>
    rollouts.map(({ sample, verdict, reason, extracted, reward, advantage, tokens, truncated, text }) => [
      ...[run, step, row, sample, verdict, reason, extracted, reward, advantage, tokens, truncated, text],
    ]),
  );
  return { columns, rows };
}
