import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifference } from '#shared/metrics/paired-difference.ts';

const differences = fc.array(fc.constantFrom(-1, -0.5, 0, 0.5, 1), { minLength: 1, maxLength: 60 });

describe('pairedDifference', () => {
  it('is nothing without problems', () => {
    expect(pairedDifference([], 1)).toMatchObject({ mean: null, interval: null });
  });

  it('is certain where all problems differ alike', () => {
    expect(pairedDifference(new Array(20).fill(0.5), 1)).toMatchObject({ mean: 0.5, interval: [0.5, 0.5] });
  });

  it('has an interval within the differences, in order', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const [low, high] = pairedDifference(values, 1).interval ?? [Number.NaN, Number.NaN];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
      { numRuns: 50 },
    );
  });

  it('has the width of the normal approximation on many problems', () => {
    const values = Array.from({ length: 400 }, (_, i) => [1, 0, 0, 0, -1][i % 5] as number);
    const [low, high] = pairedDifference(values, 7).interval as readonly [number, number];
    const expected = 2 * 1.96 * Math.sqrt(0.4 / 400);
    expect(Math.abs(high - low - expected) / expected).toBeLessThan(0.1);
  });
});
