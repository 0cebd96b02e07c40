import type { Table } from '../shell/csv.ts';
import type { CompareData } from './compare-data.ts';

/** A row for each benchmark that pairs, one for their mean; gained and lost are counts. */
export function compareTable({ comparison }: CompareData): Table {
  const { first: a, second: b, grader, average, benchmarks } = comparison;
  const sum = (of: 'gained' | 'lost') => benchmarks.reduce((total, row) => total + row[of].length, 0);
  const numbers = (row: NonNullable<typeof average>) => [
    ...[row.problems, row.first, row.second, row.difference, ...row.interval],
    ...[row.p, row.adjustedP, row.detectable, row.verdict.kind],
  ];
  const rows = benchmarks.map((row) => [
    ...[a, b, grader, row.benchmark, ...numbers(row), row.gained.length, row.lost.length, row.unpaired],
    ...[...row.samples, row.test],
  ]);
  const mean = average && [
    ...[a, b, grader, 'mean', ...numbers(average), sum('gained'), sum('lost'), null, null, null, null],
  ];
  const columns = [
    ...['a', 'b', 'grader', 'benchmark', 'problems', 'scoreA', 'scoreB', 'difference', 'low', 'high'],
    ...['p', 'adjustedP', 'detectable', 'verdict', 'gained', 'lost', 'unpaired'],
    ...['samplesA', 'samplesB', 'test'],
  ];
  return { columns, rows: mean ? [mean, ...rows] : rows };
}
