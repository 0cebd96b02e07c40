import { describe, expect, it } from 'vitest';
import { ChildDiedError } from '#cli/processes/child-process.ts';
import { type Death, supervise } from '#cli/processes/supervise.ts';
import { KnownError } from '#shared/errors.ts';

const died = () => new ChildDiedError('runner', 'SIGKILL', '');
const NO_PAUSE = { firstPauseMs: 0 };

describe('supervise', () => {
  it('starts a process again that dies, as often in a row as it may, then fails as the process did', async () => {
    const { started, deaths, supervised } = watch([died(), died(), died(), died()], { mostRestarts: 3 });
    await expect(supervised.failure()).rejects.toMatchObject({ code: 'runner-died' });
    expect(started()).toBe(4);
    expect(deaths.map((death) => death.deaths)).toEqual([1, 2, 3]);
  });

  it('pauses twice as long after each death, a minute at most', async () => {
    const longPauses = { mostRestarts: 1, firstPauseMs: 1e9 };
    const { deaths, supervised } = watch([died()], longPauses);
    await until(() => deaths.length === 1);
    expect(deaths[0]?.pauseMs).toBe(60_000);
    await supervised.stop();
    const short = watch([died(), died(), died(), died()], { mostRestarts: 3, firstPauseMs: 1 });
    await short.supervised.failure().catch(() => {});
    expect(short.deaths.map(({ pauseMs }) => pauseMs)).toEqual([1, 2, 4]);
  });

  it('starts nothing again that could say why it ended, unless such things pass', async () => {
    const full = new KnownError('disk-full', 'The disk is full.');
    const strict = watch([full], { mostRestarts: 3 });
    await expect(strict.supervised.failure()).rejects.toBe(full);
    expect(strict.started()).toBe(1);
    const patient = watch([full, full], { mostRestarts: 3, outlastErrors: true });
    await until(() => patient.started() === 3);
    await patient.supervised.stop();
  });

  it('takes an end by itself and a failure to start for a death', async () => {
    const { started, supervised } = watch(['ends', new Error('spawn EAGAIN'), died()], { mostRestarts: 2 });
    await expect(supervised.failure()).rejects.toMatchObject({ code: 'runner-died' });
    expect(started()).toBe(3);
  });

  it('starts nothing any more once it is stopped, and fails for nobody', async () => {
    const { started, deaths, supervised } = watch([died(), died()], {
      mostRestarts: 9,
      firstPauseMs: 30_000,
    });
    let failed = false;
    supervised.failure().catch(() => {
      failed = true;
    });
    await until(() => deaths.length === 1);
    await supervised.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect([started(), failed]).toEqual([1, false]);
  });
});

/** Supervises processes that end one after the other as told; those that come later live. */
function watch(
  ends: readonly (Error | 'ends')[],
  settings: { mostRestarts: number; outlastErrors?: boolean; firstPauseMs?: number },
) {
  const deaths: Death[] = [];
  let started = 0;
  const start = () => {
    const end = ends[started++];
    const stop = Promise.withResolvers<void>();
    const done = end === 'ends' ? Promise.resolve() : end === undefined ? stop.promise : Promise.reject(end);
    done.catch(() => {});
    return { done, stop: async () => stop.resolve() };
  };
  const onDeath = (death: Death) => deaths.push(death);
  const supervised = supervise('runner', start, { outlastErrors: false, ...NO_PAUSE, ...settings, onDeath });
  return { deaths, supervised, started: () => started };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
