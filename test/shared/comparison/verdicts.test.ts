import { describe, expect, it } from 'vitest';
import { worlds } from '#bench/verdicts/worlds.ts';
import { outcome } from '#bench/verdicts.ts';

const DRAWS = 250;

/** `test/full/verdicts.test.ts` counts longer. */
describe('a comparison of simulated evaluations', () => {
  const rows = worlds([30, 100], [2]).map((world) => ({ world, ...outcome(world, DRAWS) }));
  const named = (name: string) => rows.filter(({ world }) => world.name === name);

  it('has an interval that holds the true difference in 95 of 100 cases', () => {
    const mean = rows.reduce((sum, { covered }) => sum + covered, 0) / rows.length;
    expect(mean).toBeGreaterThan(0.94);
    for (const { covered } of rows) expect(covered).toBeGreaterThan(0.91);
  });

  it('calls one better that is not in at most 2.5 of 100 cases', () => {
    const without = rows.filter(({ truth }) => Math.abs(truth) < 1e-9);
    for (const { better, worse } of without) expect(Math.max(better, worse)).toBeLessThan(0.052);
    const mean = without.reduce((sum, { better, worse }) => sum + (better + worse) / 2, 0) / without.length;
    expect(mean).toBeLessThan(0.025);
  });

  it('finds large effects, and where all is right or wrong excludes what so many problems can', () => {
    for (const { better, world } of named('large effect'))
      expect(better).toBeGreaterThan(world.problems === 100 ? 0.95 : 0.4);
    for (const { world, noDifference } of [...named('all right'), ...named('all wrong')])
      expect(noDifference).toBe(Number(world.problems === 100));
  });
});
