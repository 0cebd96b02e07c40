import { describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { preparedRun } from './prepared-run.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory } from './trajectory.ts';

const shortRun = { ...smallRun, settings: { ...smallRun.settings, steps: 2 } };
const lostWhileSampling = (nth: number): Fault => ({
  victim: 'engine',
  when: 'after',
  operation: 'sample',
  nth,
});

const prepared = preparedRun(shortRun);

describe('a driver whose engine', () => {
  it('stands still starts another one', async () => {
    await using run = await prepared.fresh.copy();
    const fault: Fault = { ...lostWhileSampling(2), signal: 'SIGSTOP' };
    const { code, lines } = await run.drive([fault]);
    expect(code).toBe(0);
    expect(lines.find(({ event }) => event === 'engine-lost')?.['detail']).toContain('nothing for 10 s');
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
  });

  it('is lost while it starts starts another one', async () => {
    await using run = await prepared.fresh.copy();
    const fault: Fault = {
      victim: 'engine',
      when: 'before',
      operation: 'engine start',
      nth: 1,
      delayMs: 500,
    };
    expect((await run.drive([fault])).code).toBe(0);
    expect(run.count('engine-lost')).toBe(1);
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
  });

  it('is lost again and again goes on as long as no step needs more than four', async () => {
    await using run = await prepared.fresh.copy();
    expect((await run.drive([1, 2, 3, 5].map(lostWhileSampling))).code).toBe(0);
    expect(run.count('engine-lost')).toBe(4);
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
  });

  it('is lost four times in one step gives up, and another driver goes on', async () => {
    await using run = await prepared.fresh.copy();
    const { code, lines } = await run.drive([1, 2, 3, 4].map(lostWhileSampling));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'run-failed', code: 'engine-lost' });
    expect((await run.drive()).code).toBe(0);
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
  });
});

describe('a run whose numbers overflow', () => {
  it('ends at once, says at which step and what to do, and keeps its checkpoints', async () => {
    const optim = { learningRate: 1000, weightDecay: 1000, zeroLrFirstStep: false };
    const settings = { ...shortRun.settings, optim, steps: 20, checkpointEvery: 20 };
    await using run = await TestRun.create({ ...shortRun, settings });
    const { code, lines } = await run.drive();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      code: 'training-diverged',
      detail: expect.stringMatching(/step \d+.*learningRate/),
    });
    expect(run.count('engine-started')).toBe(1);
    expect((await readTrajectory(run)).checkpoints.map(({ step }) => step)).toEqual([0]);
  });
});
