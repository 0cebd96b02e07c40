import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifference } from '#shared/metrics/paired-difference.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';

const differences = fc.array(fc.constantFrom(-1, -0.5, 0, 0.5, 1), { minLength: 1, maxLength: 60 });

function intervalOf(values: readonly number[], stream = 1): readonly [number, number] {
  return pairedDifference(values, stream)?.interval ?? [Number.NaN, Number.NaN];
}

describe('pairedDifference', () => {
  it('is nothing without problems', () => {
    expect(pairedDifference([], 1)).toBeNull();
  });

  it('is not certain where all problems differ alike, or not at all', () => {
    for (const value of [-1, 0, 0.5, 1]) {
      const [low, high] = intervalOf(new Array(20).fill(value));
      expect(high - low).toBeGreaterThan(0.1);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    const [low, high] = intervalOf(new Array(20).fill(0));
    expect(low).toBeCloseTo(-high, 12);
  });

  it('has an interval within [−1, 1] that holds the mean', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const { mean, interval } = pairedDifference(values, 1) ?? { mean: Number.NaN, interval: [0, 0] };
        expect(interval[0]).toBeGreaterThanOrEqual(-1);
        expect(interval[0]).toBeLessThanOrEqual(mean);
        expect(interval[1]).toBeGreaterThanOrEqual(mean);
        expect(interval[1]).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('has the width of the normal approximation on many problems', () => {
    const values = Array.from({ length: 4000 }, (_, i) => [1, 0, 0, 0, -1][i % 5] as number);
    const [low, high] = intervalOf(values, 7);
    const expected = 2 * 1.96 * Math.sqrt(0.4 / 4000);
    expect(Math.abs(high - low - expected) / expected).toBeLessThan(0.1);
  });

  it('covers the true difference where few problems turn', () => {
    const random = new RandomStream(3, 0);
    const hits = Array.from({ length: 100 }, (_, i) => {
      const values = Array.from({ length: 25 }, () => Number(random.next() < 0.02));
      const [low, high] = intervalOf(values, i);
      return Number(low <= 0.02 && 0.02 <= high);
    }).reduce((a, b) => a + b);
    expect(hits / 100).toBeGreaterThan(0.95);
  });
});
