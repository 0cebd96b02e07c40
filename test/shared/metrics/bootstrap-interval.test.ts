import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '#shared/metrics/bootstrap-interval.ts';
import { resampledMeans } from '#shared/metrics/resampled-means.ts';

describe('bootstrapInterval', () => {
  it('runs from the 2.5th to the 97.5th percentile, interpolated', () => {
    const shuffled = Float64Array.from({ length: 2000 }, (_, i) => ((i * 7) % 2000) / 1999);
    const [low, high] = bootstrapInterval([shuffled]);
    expect(low).toBeCloseTo(0.025, 12);
    expect(high).toBeCloseTo(0.975, 12);
  });

  it('leaves what it is given as it was', () => {
    const means = Float64Array.of(3, 1, 2);
    bootstrapInterval([means]);
    expect([...means]).toEqual([3, 1, 2]);
  });

  it('averages the sets resample by resample', () => {
    const rising = Float64Array.from({ length: 2000 }, (_, i) => i);
    expect(bootstrapInterval([rising, rising.toReversed()])).toEqual([999.5, 999.5]);
    expect(bootstrapInterval([rising, rising])).toEqual(bootstrapInterval([rising]));
  });

  it('collapses where all scores are equal, and does not depend on the order of sets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        (scores) => {
          const constant = resampledMeans(Array(8).fill(scores[0]), 1);
          expect(bootstrapInterval([constant])[0]).toBeCloseTo(scores[0] as number, 12);
          expect(bootstrapInterval([constant])[1]).toBeCloseTo(scores[0] as number, 12);
          const sets = [resampledMeans(scores, 1), resampledMeans(scores.slice(1), 2)];
          expect(bootstrapInterval(sets)).toEqual(bootstrapInterval(sets.toReversed()));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('agrees with the normal approximation for many problems, and narrows with the number of sets', () => {
    const scores = Array.from({ length: 400 }, (_, i) => Number(i % 10 < 7));
    const halfWidth = 1.96 * Math.sqrt((0.7 * 0.3) / 400);
    const [low, high] = bootstrapInterval([resampledMeans(scores, 1)]);
    expect(Math.abs(low - (0.7 - halfWidth))).toBeLessThan(0.006);
    expect(Math.abs(high - (0.7 + halfWidth))).toBeLessThan(0.006);
    const four = bootstrapInterval([1, 2, 3, 4].map((stream) => resampledMeans(scores, stream)));
    expect((four[1] - four[0]) / (high - low)).toBeCloseTo(0.5, 1);
  });
});
