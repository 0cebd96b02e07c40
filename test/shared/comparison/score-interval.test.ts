import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairedSet } from '#shared/comparison/paired-set.ts';
import { scoreInterval } from '#shared/comparison/score-interval.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';

const Z = 1.959963984540054;

/** Single samples: so many problems gained and lost. */
function single(problems: number, gained: number, lost: number): PairedSet {
  const steps = Array.from({ length: problems }, (_, i) => (i < gained ? 1 : i < gained + lost ? -1 : 0));
  return { benchmark: 'b', steps, unit: 1 };
}

/** Tango's score of a difference, by the closed form of its likeliest share of lost problems. */
function tangoScore(difference: number, n: number, gained: number, lost: number): number {
  const b = -gained - lost + (2 * n - gained + lost) * difference;
  const c = -lost * difference * (1 - difference);
  const share = (Math.sqrt(b ** 2 - 8 * n * c) - b) / (4 * n);
  return (gained - lost - n * difference) / Math.sqrt(n * (2 * share + difference * (1 - difference)));
}

const sampled = fc
  .array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 60 })
  .map((steps): PairedSet => ({ benchmark: 'b', steps, unit: 1 / 8 }));

describe('scoreInterval', () => {
  it.each([
    [44, 9, 3],
    [40, 8, 1],
    [100, 1, 0],
    [500, 40, 38],
    [30, 30, 0],
    [30, 12, 18],
  ])('of %i single samples, %i gained and %i lost, is where Tango’s score is 1.96', (n, gained, lost) => {
    const [low, high] = scoreInterval(single(n, gained, lost));
    expect(tangoScore(low, n, gained, lost)).toBeCloseTo(Z, 5);
    if (high < 1) expect(tangoScore(high, n, gained, lost)).toBeCloseTo(-Z, 5);
  });

  it('where nothing differs is Wilson’s upper limit of none, both ways', () => {
    for (const n of [1, 5, 60, 1319]) {
      const [low, high] = scoreInterval(single(n, 0, 0));
      expect(high).toBeCloseTo(wilsonInterval(0, n)[1], 12);
      expect(low).toBe(-high);
    }
  });

  it('of many problems is 1.96 standard errors to each side', () => {
    const steps = Array.from({ length: 4000 }, (_, i) => [3, -2, 1, 0, 0][i % 5] as number);
    const [low, high] = scoreInterval({ benchmark: 'b', steps, unit: 1 / 4 });
    const error = Math.sqrt((9 + 4 + 1) / 5 - 0.4 ** 2) / 4 / Math.sqrt(4000);
    expect((high - 0.1) / error).toBeCloseTo(Z, 1);
    expect((0.1 - low) / error).toBeCloseTo(Z, 1);
  });

  it('lies within [−1, 1], holds the mean, has width, and mirrors with its sides', () => {
    fc.assert(
      fc.property(sampled, (set) => {
        const [low, high] = scoreInterval(set);
        const mean = set.steps.reduce((a, b) => a + b) / set.steps.length / 8;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(mean + 1e-12);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0.005);
        const [back, there] = scoreInterval({ ...set, steps: set.steps.map((step) => -step) });
        expect([-there, -back]).toEqual([low, high]);
      }),
    );
  });
});
