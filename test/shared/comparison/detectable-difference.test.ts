import { describe, expect, it } from 'vitest';
import { detectableDifference, problemsNeeded } from '#shared/comparison/detectable-difference.ts';
import type { PairedSet } from '#shared/comparison/paired-set.ts';

/** Single samples: so many problems gained and lost. */
function single(problems: number, gained: number, lost: number, benchmark = 'b'): PairedSet {
  const steps = Array.from({ length: problems }, (_, i) => (i < gained ? 1 : i < gained + lost ? -1 : 0));
  return { benchmark, steps, unit: 1 };
}

describe('detectableDifference', () => {
  it('of many problems is 2.8 standard errors', () => {
    const error = Math.sqrt(0.3 / 20_000);
    expect(detectableDifference([single(20_000, 3000, 3000)]) / error).toBeCloseTo(2.8, 1);
  });

  it('where nothing differs takes the turned problems that a significant test takes', () => {
    // Six of six are needed, which 7.9 expected ones give in 80 of 100 cases.
    const found = 40 * detectableDifference([single(40, 0, 0)]);
    expect(found).toBeGreaterThan(7);
    expect(found).toBeLessThan(10);
  });

  it('falls with problems, and with benchmarks', () => {
    const one = detectableDifference([single(100, 10, 10)]);
    expect(detectableDifference([single(200, 20, 20)])).toBeLessThan(one);
    expect(detectableDifference([single(100, 10, 10), single(100, 10, 10, 'c')])).toBeLessThan(one);
    expect(detectableDifference([single(3, 1, 1)])).toBe(1);
  });
});

describe('problemsNeeded', () => {
  it('is what makes the difference detectable', () => {
    const needed = problemsNeeded([single(100, 12, 12)], 0.05);
    const turned = Math.round(needed * 0.12);
    expect(detectableDifference([single(needed, turned, turned)])).toBeCloseTo(0.05, 3);
  });

  it('is no more than there are where the difference is detectable already', () => {
    const set = single(100, 12, 12);
    const detectable = detectableDifference([set]);
    expect(Math.abs(problemsNeeded([set], detectable) - 100)).toBeLessThan(2);
    expect(problemsNeeded([set, single(50, 3, 3, 'c')], 0.001)).toBeGreaterThan(10_000);
  });
});
