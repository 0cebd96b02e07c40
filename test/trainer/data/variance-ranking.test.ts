import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankByVariance } from '#trainer/data/variance-ranking.ts';

describe('rankByVariance', () => {
  it('puts the largest variance first and keeps ties in the order of the keys in the file', () => {
    const text = '{ "9": [0.5, 0.5], "4": [0.0, 1.0], "7": [1.0, 1.0, 0, 0], "2": [0.125, 0.25], "1": [1] }';
    expect(rankByVariance(text)).toEqual([4, 7, 2, 9, 1]);
  });

  it('is a permutation of the keys, by falling variance', () => {
    const history = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(history, { minLength: 1, maxLength: 30 }), (histories) => {
        const text = `{${histories.map((list, row) => `"${row}": [${list.map((c) => c / 8)}]`)}}`;
        const order = rankByVariance(text);
        expect(order.toSorted((a, b) => a - b)).toEqual(histories.map((_, row) => row));
        const spread = order.map((row) => variance(histories[row] as number[]));
        for (let j = 1; j < spread.length; j++)
          expect((spread[j - 1] as number) - (spread[j] as number)).toBeGreaterThan(-1e-9);
      }),
    );
  });

  it('refuses a text that is no accuracy history', () => {
    expect(() => rankByVariance('{}')).toThrow(/no[t]? an object/);
    expect(() => rankByVariance('{"1": [0.3]}')).toThrow(/eighths/);
  });
});

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
