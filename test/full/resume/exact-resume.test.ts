import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { keys } from '#shared/storage/keys.ts';
import type { Fault } from './fault.ts';
import { preparedRun } from './prepared-run.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory } from './trajectory.ts';

/** Six kills in three drivers, each going on where the one before fell: of the engine, then of the driver. */
const LIVES: readonly (readonly Fault[])[] = [
  [
    { victim: 'engine', when: 'after', operation: 'sample', nth: 2 },
    { victim: 'driver', when: 'after', operation: 'put journals', nth: 2 },
  ],
  [
    { victim: 'engine', when: 'after', operation: 'forward_backward', nth: 2 },
    { victim: 'driver', when: 'after', operation: 'optim_step', nth: 4 }, // step 3, once step 2 is committed
  ],
  [
    { victim: 'engine', when: 'before', operation: 'save_state', nth: 1 },
    { victim: 'driver', when: 'before', operation: 'put checkpoints', nth: 1 },
  ],
];

const prepared = preparedRun(smallRun);

describe('a run that is killed six times', () => {
  it('has the trajectory of one that never was', async () => {
    await using run = await prepared.fresh.copy();
    for (const [life, faults] of LIVES.entries()) {
      expect(await run.drive(faults)).toMatchObject({ signal: 'SIGKILL', stderr: '' });
      expect(run.count('struck')).toBe(2 * (life + 1));
    }
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
    expect(run.replayedSteps()).toBe(8);
    const store = new FolderStore(join(run.home, 'store'));
    expect(await store.list(keys.prefix.states(TestRun.name))).toHaveLength(2);
  });
});
