import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import type { PutFileOptions } from '#shared/ports/object-store.ts';
import { openDriverPlace } from '#trainer/driver/open-driver-place.ts';
import { runDriver } from '#trainer/driver/run-driver.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { preparedRun } from './prepared-run.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory } from './trajectory.ts';

/** A store in which something happens before the first optimizer state is put. */
class LateState extends ForwardingStore {
  before: (() => Promise<unknown>) | undefined;

  override async putFile(key: string, path: string, options?: PutFileOptions): Promise<'created' | 'exists'> {
    const { before } = this;
    if (before && key.startsWith('state/')) {
      this.before = undefined;
      await before();
    }
    return super.putFile(key, path, options);
  }
}

const prepared = preparedRun(smallRun);

describe('the checkpoint of step 2', () => {
  it.each(['afterWriting', 'beforeState'] as const)(
    'is written and stored while step 3 goes on (%s)',
    async (moment) => {
      await using run = await prepared.fresh.copy();
      const third = Promise.withResolvers<void>();
      let overlapped = false;
      await drive(run, {
        [moment]: async () => {
          overlapped ||= await Promise.race([third.promise.then(() => true), sleep(30_000, false)]);
        },
        onSample: (nth) => nth === 3 && third.resolve(),
      });
      expect(overlapped).toBe(true);
      expect(await readTrajectory(run)).toEqual(prepared.untouched);
    },
    300_000,
  );

  it('ends the run soon where it cannot be stored, and another driver goes on', async () => {
    await using run = await prepared.fresh.copy();
    let samples = 0;
    const driving = drive(run, {
      beforeState: () => Promise.reject(new KnownError('disk-full', 'The disk is full.')),
      onSample: (nth) => {
        samples = nth;
      },
    });
    await expect(driving).rejects.toMatchObject({ code: 'disk-full' });
    expect(samples).toBeLessThan(4); // the next checkpoint would be step 4's
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
  });
});

interface Watch {
  /** The engine has written its state; its answer has yet to come. */
  readonly afterWriting?: () => Promise<unknown>;
  /** That state is about to be stored. */
  readonly beforeState?: () => Promise<unknown>;
  /** @param nth - from 1 */
  readonly onSample: (nth: number) => unknown;
}

/** A driver in this process, with a real engine. */
async function drive({ home }: TestRun, { afterWriting, beforeState, onSample }: Watch): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'oneshot-driver-'));
  const place = await openDriverPlace({ home }, {});
  const store = new LateState(place.store);
  store.before = beforeState;
  let samples = 0;
  const watched = async (): Promise<EngineProcess> => {
    const engine = await startEngine({ python: '.venv/bin/python', engineFolder: 'trainer/engine' });
    const call: EngineClient['call'] = async (verb, ...args) => {
      if (verb === 'sample') onSample(++samples);
      const answer = await engine.client.call(verb, ...args);
      if (verb === 'save_state') await afterWriting?.();
      return answer;
    };
    return { ...engine, client: { call } };
  };
  try {
    await runDriver(
      TestRun.name,
      { inexact: false },
      {
        place: { ...place, store },
        startEngine: watched,
        scratch,
        python: 'python3',
        interruption: new AbortController().signal,
        log: () => {},
      },
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
