import { describe, expect, it } from 'vitest';
import { rowsOfStep } from '#trainer/data/data-order.ts';

describe('rowsOfStep', () => {
  it('visits every row at most once an epoch and drops the incomplete last batch', () => {
    const epoch = Array.from({ length: 9 }, (_, i) =>
      rowsOfStep({ rows: 1209, rowsPerStep: 128, seed: 1, step: i + 1 }),
    );
    expect(new Set(epoch.flat()).size).toBe(9 * 128);
  });

  it('shuffles each epoch differently', () => {
    const first = rowsOfStep({ rows: 128, rowsPerStep: 128, seed: 1, step: 1 });
    const second = rowsOfStep({ rows: 128, rowsPerStep: 128, seed: 1, step: 2 });
    expect(second).not.toEqual(first);
    expect([...second].sort()).toEqual([...first].sort());
  });

  it('depends on seed and step alone', () => {
    const settings = { rows: 40, rowsPerStep: 8, seed: 7, step: 123 };
    expect(rowsOfStep(settings)).toEqual(rowsOfStep(settings));
    expect(rowsOfStep({ ...settings, seed: 8 })).not.toEqual(rowsOfStep(settings));
  });
});
