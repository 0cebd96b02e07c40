import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measureSplits, STOPWATCH } from '#cli/workers/measure-splits.ts';

it('measures workers that compute side by side, and leaves nothing behind', async () => {
  const folders: string[] = [];
  const told: number[] = [];
  const measure: typeof STOPWATCH.measure = (split, folder) => {
    folders.push(folder);
    return STOPWATCH.measure(split, folder);
  };
  const splits = [
    { workers: 1, threads: 2 },
    { workers: 2, threads: 1 },
  ];
  const speeds = await measureSplits(splits, (done) => told.push(done), { measure, now: () => 0 });
  expect(speeds).toEqual(splits.map((split) => ({ ...split, tokensPerSecond: expect.any(Number) })));
  for (const { tokensPerSecond } of speeds) expect(tokensPerSecond).toBeGreaterThan(0);
  expect(told).toEqual([0, 1]);
  expect(folders.some(existsSync)).toBe(false);
});
