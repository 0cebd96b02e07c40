import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillStep } from '#trainer/data/fill-step.ts';

const repeatsOf = (count: number, rows: number) => fillStep(new Array(count).fill(1), rows);

describe('fillStep', () => {
  it('repeats 1, 2, 4 and 16 examples to 128 rows', () => {
    expect(repeatsOf(1, 128)).toEqual([128]);
    expect(repeatsOf(2, 128)).toEqual([64, 64]);
    expect(repeatsOf(4, 128)).toEqual([32, 32, 32, 32]);
    expect(repeatsOf(16, 128)).toEqual(new Array(16).fill(8));
  });

  it('fills a step exactly and evenly, and leaves larger sets alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200 }), (count, rows) => {
        const repeats = repeatsOf(count, rows);
        expect(repeats.reduce((sum, each) => sum + each, 0)).toBe(Math.max(count, rows));
        expect(Math.max(...repeats) - Math.min(...repeats)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps repeats that the data gives itself', () => {
    expect(fillStep([3, 1], 128)).toEqual([3, 1]);
    expect(fillStep([], 128)).toEqual([]);
  });
});
