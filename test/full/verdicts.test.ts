import { describe, expect, it } from 'vitest';
import type { World } from '#bench/verdicts/simulated-pairs.ts';
import { worlds } from '#bench/verdicts/worlds.ts';
import { averageOutcome, detectability, outcome } from '#bench/verdicts.ts';

const DRAWS = 2000;
/** What a share of so many draws is off by, three times in a thousand. */
const slack = (share: number) => 3 * Math.sqrt((share * (1 - share)) / DRAWS);

describe('comparisons of simulated evaluations', () => {
  it.each(worlds([30, 100, 500], [1, 8]))('$name, $problems problems × $samples', (world) => {
    const { truth, covered, better, worse } = outcome(world, DRAWS);
    expect(covered).toBeGreaterThan(0.95 - slack(0.95));
    if (Math.abs(truth) > 1e-9) return;
    expect(Math.max(better, worse)).toBeLessThan(0.025 + slack(0.025));
  });

  it.each([5, 10])('of %i problems calls none better that is not', (problems) => {
    for (const world of worlds([problems], [1, 8])) {
      const { truth, better, worse } = outcome(world, DRAWS);
      if (Math.abs(truth) < 1e-9) expect(Math.max(better, worse)).toBeLessThan(0.025 + slack(0.025));
      if (problems === 5) expect(better + worse).toBe(0);
    }
  });

  it.each([
    ['no effect', 0],
    ['an effect', 0.4],
  ])('the mean of six sets, %s', (_, effect) => {
    const sets: readonly World[] = [
      [500, 1],
      [30, 8],
      [40, 8],
      [272, 1],
      [675, 1],
      [30, 8],
    ].map(([problems = 0, k = 0], i) => ({
      ...{ problems, samples: [k, k] as const, effect: [effect, 0.5] as const },
      logOdds: [i === 1 || i === 5 ? -3 : 0, 2] as const,
    }));
    const { truth, covered, better, worse } = averageOutcome(sets, 600);
    expect(covered).toBeGreaterThan(0.95 - 2 * slack(0.95));
    if (effect === 0) expect(truth).toBeLessThan(0.03);
    expect(effect === 0 ? worse : 1 - better).toBeLessThan(0.05);
  });

  it.each([30, 100, 500])('of %i problems says what is detectable within 10 %%', (problems) => {
    for (const k of [1, 4])
      for (const logOdds of [
        [-3, 1.5],
        [0, 1.5],
        [0, 4],
      ] as const) {
        const { found, said } = detectability({ problems, samples: [k, k], logOdds, effect: [0, 0] }, 600);
        expect(Math.abs(said / found - 1)).toBeLessThan(0.1);
      }
  });
});
