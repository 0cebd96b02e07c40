import type { Comparison } from './comparison-view.ts';

/** How many problems turned, of all benchmarks that pair. */
export function flipTotals(benchmarks: Comparison['benchmarks']): {
  readonly problems: number;
  readonly gained: number;
  readonly lost: number;
} {
  let [problems, gained, lost] = [0, 0, 0];
  for (const row of benchmarks) {
    problems += row.problems;
    gained += row.gained.length;
    lost += row.lost.length;
  }
  return { problems, gained, lost };
}
