import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { smallRun } from '../full/resume/small-run.ts';
import { writeSmolModel } from '../full/resume/smol-model.ts';
import { TestRun } from '../full/resume/test-run.ts';
import { readTrajectory, trainUntouched } from '../full/resume/trajectory.ts';

/** Two steps, each with a checkpoint of 1.6 GB. */
const recipe = {
  ...smallRun,
  settings: {
    ...smallRun.settings,
    steps: 2,
    prompts: 2,
    samples: 2,
    checkpointEvery: 1,
    sampling: { maxPromptTokens: 32, maxTokens: 8 },
  },
};

it('a run of 135 million parameters has the same trajectory when its driver is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-smol-'));
  try {
    await writeSmolModel(folder);
    await using run = await TestRun.create(recipe, folder);
    const untouched = await trainUntouched(run);
    const fault = { victim: 'driver', when: 'after', operation: 'optim_step', nth: 2 } as const;
    expect((await run.drive([fault])).signal).toBe('SIGKILL');
    expect((await run.drive()).code).toBe(0);
    expect(run.replayedSteps()).toBe(1);
    expect(await readTrajectory(run)).toEqual(untouched);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 3_600_000);
