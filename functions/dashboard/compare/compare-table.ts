import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import { flipTotals } from '../../results/evaluations/flip-totals.ts';
import type { Cell, Table } from '../shell/csv.ts';
import type { CompareData } from './compare-data.ts';

/** Of each comparison a row for each benchmark that pairs, before them one for their mean; gained and lost are counts. */
export function compareTable({ others }: CompareData): Table {
  const columns = [
    ...['a', 'b', 'grader', 'benchmark', 'problems', 'scoreA', 'scoreB', 'difference', 'low', 'high'],
    ...['p', 'adjustedP', 'detectable', 'verdict', 'gained', 'lost', 'unpaired'],
    ...['samplesA', 'samplesB', 'test'],
  ];
  return { columns, rows: others.flatMap(({ comparison }) => rowsOf(comparison)) };
}

function rowsOf({ first: a, second: b, grader, average, benchmarks }: Comparison): (readonly Cell[])[] {
  const numbers = (row: NonNullable<typeof average>) => [
    ...[row.problems, row.first, row.second, row.difference, ...row.interval],
    ...[row.p, row.adjustedP, row.detectable, row.verdict.kind],
  ];
  const rows = benchmarks.map((row) => [
    ...[a, b, grader, row.benchmark, ...numbers(row), row.gained.length, row.lost.length, row.unpaired],
    ...[...row.samples, row.test],
  ]);
  const { gained, lost } = flipTotals(benchmarks);
  const mean = average && [
    ...[a, b, grader, 'mean', ...numbers(average), gained, lost, null, null, null, null],
  ];
  return mean ? [mean, ...rows] : rows;
}
