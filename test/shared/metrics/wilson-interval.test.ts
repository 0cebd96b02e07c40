import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';

const counts = fc
  .integer({ min: 1, max: 2000 })
  .chain((n) => fc.record({ n: fc.constant(n), correct: fc.integer({ min: 0, max: n }) }));

describe('wilsonInterval', () => {
  it('equals published values', () => {
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    const published = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [correct, n, low, high] of published) {
      const interval = wilsonInterval(correct, n);
      expect(interval[0]).toBeCloseTo(low, 4);
      expect(interval[1]).toBeCloseTo(high, 4);
    }
  });

  it('lies in [0, 1], holds the proportion and is never empty', () => {
    fc.assert(
      fc.property(counts, ({ correct, n }) => {
        const [low, high] = wilsonInterval(correct, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(correct / n);
        expect(high).toBeGreaterThanOrEqual(correct / n);
        expect(low).toBeLessThan(high);
      }),
    );
  });

  it('solves the score equation: its ends are where the proportion is 1.96 standard errors away', () => {
    fc.assert(
      fc.property(counts, ({ correct, n }) => {
        fc.pre(correct > 0 && correct < n);
        for (const end of wilsonInterval(correct, n)) {
          const distance = Math.abs(correct / n - end) / Math.sqrt((end * (1 - end)) / n);
          expect(distance).toBeCloseTo(1.959963984540054, 6);
        }
      }),
    );
  });

  it('mirrors when right and wrong change places', () => {
    fc.assert(
      fc.property(counts, ({ correct, n }) => {
        const [low, high] = wilsonInterval(correct, n);
        const mirrored = wilsonInterval(n - correct, n);
        expect(mirrored[0]).toBeCloseTo(1 - high, 12);
        expect(mirrored[1]).toBeCloseTo(1 - low, 12);
      }),
    );
  });
});
