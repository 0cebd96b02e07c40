import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { keys } from '#shared/storage/keys.ts';
import type { Fault } from './fault.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory, type Trajectory, trainUntouched } from './trajectory.ts';

/** Six kills in three drivers, each going on where the one before fell: of the engine, then of the driver. */
const LIVES: readonly (readonly Fault[])[] = [
  [
    { victim: 'engine', when: 'after', operation: 'sample', nth: 2 },
    { victim: 'driver', when: 'after', operation: 'put journals', nth: 2 },
  ],
  [
    { victim: 'engine', when: 'after', operation: 'forward_backward', nth: 2 },
    { victim: 'driver', when: 'after', operation: 'optim_step', nth: 4 }, // in step 3
  ],
  [
    { victim: 'engine', when: 'before', operation: 'export_hf', nth: 1 },
    { victim: 'driver', when: 'before', operation: 'put checkpoints', nth: 1 },
  ],
];

let fresh: TestRun;
let untouched: Trajectory;

beforeAll(async () => {
  fresh = await TestRun.create(smallRun);
  untouched = await trainUntouched(fresh);
}, 300_000);

afterAll(() => fresh[Symbol.asyncDispose]());

describe('a run that is killed six times', () => {
  it('has the trajectory of one that never was', async () => {
    await using run = await fresh.copy();
    for (const [life, faults] of LIVES.entries()) {
      expect(await run.drive(faults)).toMatchObject({ signal: 'SIGKILL', stderr: '' });
      expect(run.count('struck')).toBe(2 * (life + 1));
    }
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(untouched);
    // More where the checkpoint of step 2, which is stored behind step 3, was not there in time.
    expect(run.replayedSteps()).toBeGreaterThanOrEqual(8);
    const store = new FolderStore(join(run.home, 'store'));
    expect(await store.list(keys.states(TestRun.name))).toHaveLength(2);
  }, 600_000);
});
