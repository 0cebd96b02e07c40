import type { Table } from '../shell/csv.ts';
import type { PaperData } from './paper-data.ts';

/** A row for each set and their mean; shares. Without a run of ours the paper's numbers alone. */
export function paperTable({ recipe, paper, ours, lines }: PaperData): Table {
  const columns = [
    ...['recipe', 'table', 'set', 'paper', 'run', 'step', 'grader', 'ours', 'low', 'high'],
    ...[
      'difference',
      'differenceLow',
      'differenceHigh',
      'verdict',
      'paperBase',
      'ourBase',
      'paperFormat',
      'ourFormat',
    ],
  ];
  if (lines.length === 0)
    return {
      columns,
      rows: [['mean', paper.average] as const, ...Object.entries(paper.scores)].map(([set, score]) => [
        ...[recipe, paper.table, set, score],
        ...Array.from({ length: columns.length - 4 }, () => null),
      ]),
    };
  const rows = lines.map(({ set, paper: published, ours: score, against, base, format }) => [
    ...[recipe, paper.table, set, published, ours?.run, ours?.picked.step, ours?.grader],
    ...[score.mean, score.interval?.[0], score.interval?.[1]],
    ...[against?.difference, against?.interval[0], against?.interval[1], against?.verdict],
    ...[base.paper, base.ours, format?.paper, format?.ours],
  ]);
  return { columns, rows };
}
