import { expect, it } from 'vitest';
import { flipTotals } from '#functions/results/evaluations/flip-totals.ts';

it('counts what turned in all sets', () => {
  const row = { problems: 10, gained: ['a', 'b'], lost: ['c'] } as unknown as Parameters<
    typeof flipTotals
  >[0][number]; // all that is counted
  expect(flipTotals([row, row])).toEqual({ problems: 20, gained: 4, lost: 2 });
  expect(flipTotals([])).toEqual({ problems: 0, gained: 0, lost: 0 });
});
