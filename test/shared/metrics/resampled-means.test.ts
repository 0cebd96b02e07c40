import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resampledMeans } from '#shared/metrics/resampled-means.ts';

const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('resampledMeans', () => {
  it('gives the same 2,000 means for the same scores and stream, others for another stream', () => {
    const some = [0, 0.25, 1, 0.5, 0, 1, 1];
    expect(resampledMeans(some, 3)).toHaveLength(2000);
    expect(resampledMeans(some, 3)).toEqual(resampledMeans(some, 3));
    expect(resampledMeans(some, 4)).not.toEqual(resampledMeans(some, 3));
  });

  it('lies between the lowest and the highest score', () => {
    fc.assert(
      fc.property(scores, fc.nat(), (some, stream) => {
        const means = resampledMeans(some, stream);
        expect(Math.min(...means)).toBeGreaterThanOrEqual(Math.min(...some) - 1e-12);
        expect(Math.max(...means)).toBeLessThanOrEqual(Math.max(...some) + 1e-12);
      }),
      { numRuns: 20 },
    );
  });

  it('scatters as theory says: about the mean, with the standard deviation over the root of N', () => {
    for (const n of [1, 2, 3, 4, 5, 83, 500]) {
      const some = Array.from({ length: n }, (_, i) => ((i * 7) % 5) / 4);
      const mean = some.reduce((a, b) => a + b) / n;
      const variance = some.reduce((total, score) => total + (score - mean) ** 2, 0) / n;
      const means = [...resampledMeans(some, n)];
      const meanOfMeans = means.reduce((a, b) => a + b) / 2000;
      const varianceOfMeans = means.reduce((total, value) => total + (value - meanOfMeans) ** 2, 0) / 2000;
      // Four standard errors of 2,000 draws.
      expect(Math.abs(meanOfMeans - mean)).toBeLessThanOrEqual(4 * Math.sqrt(variance / n / 2000));
      expect(Math.abs(varianceOfMeans - variance / n)).toBeLessThanOrEqual(
        (variance / n) * 4 * Math.sqrt(2 / 2000),
      );
    }
  });

  it('draws every score equally often and streams independently', () => {
    const n = 5;
    const counts = Array.from({ length: n }, (_, i) => {
      const hot = Array.from({ length: n }, (__, j) => Number(i === j));
      return resampledMeans(hot, 9).reduce((a, b) => a + b) * n;
    });
    expect(counts.reduce((a, b) => a + b)).toBeCloseTo(2000 * n, 6);
    for (const count of counts)
      expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(2000 * n * 0.2 * 0.8));
    const [a, b] = [resampledMeans([0, 1], 1), resampledMeans([0, 1], 2)];
    const correlation =
      a.reduce((total, value, i) => total + (value - 0.5) * ((b[i] as number) - 0.5), 0) / 2000;
    expect(Math.abs(correlation)).toBeLessThan((4 * 0.125) / Math.sqrt(2000));
  });

  it('takes well below a second for the six benchmarks of the paper', () => {
    const start = performance.now();
    for (const n of [500, 30, 30, 83, 272, 675]) resampledMeans(Array(n).fill(0.5), n);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
