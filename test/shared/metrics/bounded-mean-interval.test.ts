import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedMeanInterval } from '#shared/metrics/bounded-mean-interval.ts';
import { coverage } from './coverage.ts';

const share = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
const scores = fc.array(share, { minLength: 1, maxLength: 40 });

function intervalOf(values: readonly number[], stream = 1) {
  return boundedMeanInterval(values, stream);
}

describe('boundedMeanInterval', () => {
  it('has width where all scores are 0 or all are 1: the limits of Clopper and Pearson', () => {
    for (const n of [1, 2, 5, 30, 300]) {
      const limit = 1 - 0.025 ** (1 / n);
      const [low, high] = intervalOf(new Array(n).fill(0));
      expect(low).toBe(0);
      expect(Math.abs(high - limit)).toBeLessThan(0.1 * limit);
      const mirrored = intervalOf(new Array(n).fill(1));
      expect(mirrored[1]).toBe(1);
      expect(Math.abs(1 - mirrored[0] - limit)).toBeLessThan(0.1 * limit);
    }
  });

  it('is that of Clopper and Pearson for zeros and ones', () => {
    const [low, high] = intervalOf(Array.from({ length: 30 }, (_, i) => Number(i < 9)));
    expect(low).toBeCloseTo(0.1473, 1.9);
    expect(high).toBeCloseTo(0.494, 1.9);
  });

  it('approaches the normal approximation for many problems', () => {
    const [low, high] = intervalOf(Array.from({ length: 2000 }, (_, i) => Number(i % 10 < 7)));
    const halfWidth = 1.96 * Math.sqrt((0.7 * 0.3) / 2000);
    expect(Math.abs(low - (0.7 - halfWidth))).toBeLessThan(0.003);
    expect(Math.abs(high - (0.7 + halfWidth))).toBeLessThan(0.003);
  });

  it('lies within the range, holds the mean, has width, and is the same each time', () => {
    fc.assert(
      fc.property(scores, fc.nat(), (values, stream) => {
        const [low, high] = intervalOf(values, stream);
        const mean = values.reduce((a, b) => a + b) / values.length;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0.05);
        expect(intervalOf(values, stream)).toEqual([low, high]);
      }),
      { numRuns: 40 },
    );
  });

  it('mirrors with its values', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const [low, high] = intervalOf(values);
        const mirrored = intervalOf(values.map((value) => 1 - value));
        expect(mirrored[0]).toBeCloseTo(1 - high, 9);
        expect(mirrored[1]).toBeCloseTo(1 - low, 9);
      }),
      { numRuns: 20 },
    );
  });

  it('covers the true accuracy in at least 95 of 100 sets, be it 0, 1 or between', () => {
    const { share } = coverage({ problems: [1, 20], accuracies: [0, 0.01, 0.5, 1], sets: 60 });
    expect(share).toBeGreaterThan(0.95);
  });
});
