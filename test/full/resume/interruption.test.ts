import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import type { Rescue } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { Fault } from './fault.ts';
import { preparedRun } from './prepared-run.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory } from './trajectory.ts';

/** Six steps, one checkpoint at their end. */
const recipe = { ...smallRun, settings: { ...smallRun.settings, checkpointEvery: 6 } };
const toldTo = (when: Fault['when'], operation: string, nth: number): Fault => ({
  victim: 'driver',
  signal: 'SIGTERM',
  when,
  operation,
  nth,
});

const prepared = preparedRun(recipe);

describe('a driver that is told to stop', () => {
  it('gives up sampling and saves the steps before; the next driver goes on from there', async () => {
    await using run = await prepared.fresh.copy();
    const told = await run.drive([{ ...toldTo('before', 'sample', 3), delayMs: 20 }]);
    expect(told).toMatchObject({ code: DRIVER_INTERRUPTED, stderr: '' });
    expect(told.lines.at(-1)).toMatchObject({
      code: 'interrupted',
      detail: expect.stringContaining('step 2'),
    });
    expect((await rescues(run)).map(({ step }) => step)).toEqual([2]);
    await endsAsUntouched(run);
    expect(run.replayedSteps()).toBe(0);
  });

  it('ends the step whose optimizer step was applied', async () => {
    await using run = await prepared.fresh.copy();
    expect((await run.drive([toldTo('after', 'optim_step', 2)])).code).toBe(DRIVER_INTERRUPTED);
    expect((await rescues(run)).map(({ step }) => step)).toEqual([2]);
    expect((await run.drive([toldTo('before', 'forward_backward', 2)])).code).toBe(DRIVER_INTERRUPTED);
    expect((await rescues(run)).map(({ step, steps }) => [step, steps.length])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    await endsAsUntouched(run);
    expect(run.replayedSteps()).toBe(0);
  });

  it('saves nothing where nothing is new', async () => {
    await using run = await prepared.fresh.copy();
    expect((await run.drive([toldTo('after', 'put journals', 1)])).code).toBe(DRIVER_INTERRUPTED);
    expect(await rescues(run)).toEqual([]);
    await endsAsUntouched(run);
  });
});

describe('the driver process of a Spot instance', () => {
  it('stops when the instance gets its notice', async () => {
    await using run = await prepared.fresh.copy();
    const notice = '{"action":"terminate","time":"2026-11-26T00:00:00Z"}';
    const service = createServer(({ method }, response) => response.end(method === 'PUT' ? 'token' : notice));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as AddressInfo;
    const env = {
      ...process.env,
      SPOT_INSTANCE: 'true',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
    };
    const args = ['--home', run.home, '--run', TestRun.name, '--python', '.venv/bin/python'];
    const child = spawn(process.execPath, ['trainer/main.ts', ...args, '--engine', 'trainer/engine'], {
      env,
    });
    const said = text(child.stdout);
    expect(await once(child, 'exit')).toEqual([DRIVER_INTERRUPTED, null]);
    expect(JSON.parse((await said).trim().split('\n').at(-1) ?? '')).toMatchObject({
      code: 'interrupted',
      detail: expect.stringContaining(notice),
    });
    service.closeAllConnections();
    service.close();
  });
});

describe('a rescue', () => {
  it('that is damaged is passed over for the checkpoint before, whose journals are replayed', async () => {
    await using run = await prepared.fresh.copy();
    await run.drive([toldTo('after', 'put journals', 3)]);
    const [rescue] = await rescues(run);
    const [state] = Object.values(rescue?.state ?? {});
    await truncate(join(run.home, 'store', keys.state(TestRun.name, state?.sha256 as string)), 1000);
    await endsAsUntouched(run);
    expect(run.replayedSteps()).toBe(2);
  });

  it('is still found by the driver after one that died at once', async () => {
    await using run = await prepared.fresh.copy();
    await run.drive([toldTo('after', 'put journals', 3)]);
    await run.drive([{ victim: 'driver', when: 'after', operation: 'put incarnations', nth: 1 }]);
    await endsAsUntouched(run);
    expect(run.replayedSteps()).toBe(0);
  });
});

async function endsAsUntouched(run: TestRun): Promise<void> {
  expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
  expect(await readTrajectory(run)).toEqual(prepared.untouched);
}

async function rescues({ home }: TestRun): Promise<readonly Rescue[]> {
  const store = new FolderStore(join(home, 'store'));
  const found = await store.list(keys.prefix.rescues(TestRun.name));
  return Promise.all(found.map((key) => read(store, record.rescue.at(key))));
}
