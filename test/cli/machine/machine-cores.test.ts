import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { machineCores, threadsOfEach } from '#cli/machine/machine-cores.ts';

it.each([
  [1, 8, 8],
  [2, 8, 4],
  [3, 8, 2],
  [16, 8, 1],
])('%i workers on %i cores have %i threads each', (workers, cores, threads) => {
  expect(threadsOfEach(workers, cores)).toBe(threads);
});

it('counts the cores of this machine', async () => {
  const cores = await machineCores();
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(cores).toBeLessThanOrEqual(availableParallelism());
});
