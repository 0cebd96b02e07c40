import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepTable } from '#cli/report/step-table.ts';

const stepsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    step: index + 1,
    metrics: { 'reward/mean': index / count, 'policy/clip_share': 0.25 },
  }));

describe('stepTable', () => {
  it('has a row for every step of a short run, shares in per cent, and no column that was never measured', () => {
    expect(stepTable({ steps: stepsOf(2) })).toEqual({
      columns: ['Step', 'Reward', 'Clipped, %'],
      rows: [
        [1, 0, 25],
        [2, 0.5, 25],
      ],
      every: 1,
    });
  });

  it('has few rows of a long one, at equal distances, the first and the last among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (count) => {
        const { rows, every } = stepTable({ steps: stepsOf(count) });
        expect(rows.length).toBeLessThanOrEqual(202);
        expect([rows[0]?.[0], rows.at(-1)?.[0]]).toEqual([1, count]);
        for (const [index, [step]] of rows.slice(0, -1).entries()) expect(step).toBe(1 + index * every);
      }),
      { numRuns: 30 },
    );
  });
});
