import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';

type Row = Comparison['benchmarks'][number];
type Average = NonNullable<Comparison['average']>;

const COMMON = {
  problems: 100,
  first: 0.5,
  second: 0.54,
  difference: 0.04,
  interval: [0.01, 0.07] as [number, number],
  p: 0.002,
  adjustedP: 0.004,
  detectable: 0.042,
  verdict: { kind: 'better' as const, difference: 0.04, interval: [0.01, 0.07] as [number, number] },
  text: 'Better.',
};

export function row(benchmark: string, changes: Partial<Row> = {}): Row {
  const flips = { gained: [`${benchmark}/1`], lost: [], solved: [], unsolved: [] };
  return { ...COMMON, benchmark, samples: [1, 1], test: 'mcnemar', unpaired: 0, ...flips, ...changes };
}

export function comparison(changes: Partial<Comparison> = {}): Comparison {
  return {
    first: 'a'.repeat(26),
    second: 'b'.repeat(26),
    sameModel: false,
    recordings: [null, null],
    grader: 'reward',
    margin: 0.05,
    verdict: COMMON.verdict,
    text: COMMON.text,
    differences: [],
    average: average({}),
    benchmarks: [row('math500'), row('aime25', { interval: [-0.02, 0.1], samples: [8, 4] })],
    ...changes,
  };
}

export function average(changes: Partial<Average>): Average {
  return { ...COMMON, ...changes };
}

export const BLOCKED = comparison({
  verdict: { kind: 'blocked' },
  average: null,
  benchmarks: [],
  differences: [
    { what: 'problems', severity: 'pairs-do-not-match', benchmark: 'math500', first: 'x', second: 'y' },
    { what: 'seed', severity: 'may-move-scores', first: '0', second: '1' },
  ],
});
