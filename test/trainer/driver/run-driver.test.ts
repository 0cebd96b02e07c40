import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { type DriverPlace, openDriverPlace } from '#trainer/driver/open-driver-place.ts';
import { runDriver } from '#trainer/driver/run-driver.ts';
import { smallRun } from '../../full/resume/small-run.ts';
import { TestRun } from '../../full/resume/test-run.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { StubEngine } from '../stub-engine.ts';

const run = TestRun.name;
let fresh: TestRun;
let lines: LogEntry[];

beforeAll(async () => {
  fresh = await TestRun.create(smallRun);
});
afterAll(() => fresh[Symbol.asyncDispose]());
beforeEach(() => {
  lines = [];
});

interface World {
  readonly store?: (inner: ObjectStore) => ObjectStore;
  readonly plan?: DriverPlace['queues']['plan'];
  readonly scratch?: string;
  /** The engine is lost for good after so many updates. */
  readonly endsAfter?: number;
  /** It is told to stop after so many updates. */
  readonly interruption?: { readonly after: number; readonly controller: AbortController };
}

/** A driver in this process, whose engine is a stub. */
async function drive({ home }: TestRun, world: World = {}): Promise<void> {
  const { store, plan, scratch, endsAfter, interruption } = world;
  const place = await openDriverPlace({ home }, {});
  const own = scratch ?? mkdtempSync(join(tmpdir(), 'oneshot-driver-'));
  const engine = new StubEngine((verb, updates) => {
    if (verb === 'sample' && updates === interruption?.after) interruption.controller.abort('SIGTERM');
    if (verb === 'sample' && updates === endsAfter) throw new KnownError('out-of-memory', 'the end');
  });
  try {
    await runDriver(
      run,
      { inexact: false },
      {
        place: {
          ...place,
          store: store?.(place.store) ?? place.store,
          queues: { plan: plan ?? place.queues.plan },
        },
        startEngine: engine.start,
        scratch: own,
        python: 'python3',
        interruption: (interruption?.controller ?? new AbortController()).signal,
        log: (entry) => lines.push(entry),
      },
    );
  } finally {
    if (scratch === undefined) await rm(own, { recursive: true });
  }
}

/** A copy of the run that stands at the checkpoint of step 4, with what is stored of it. */
async function atStepFour() {
  const home = await fresh.copy();
  await expect(drive(home, { endsAfter: 4 })).rejects.toMatchObject({ code: 'out-of-memory' });
  const { store } = await openDriverPlace(home, {});
  const stored = async () => [
    ...(await store.list(keys.prefix.states(run))),
    ...(await store.list(keys.prefix.incarnations(run))),
  ];
  return { home, store, stored, before: await stored() };
}

const startedAt = () => lines.filter(({ event }) => event === 'run-started').map(({ step }) => step);

describe('a run that cannot be gone on with now', () => {
  it.each(['service-unavailable', 'access-denied', 'endpoint-unreachable', 'disk-full'] as const)(
    'claims and deletes nothing, and goes on at the right step later (%s)',
    async (code) => {
      const { home, store, stored, before } = await atStepFour();
      await using _ = home;
      for (const method of ['getFile', 'list'] as const) {
        const failing = (inner: ObjectStore) =>
          Object.assign(new ForwardingStore(inner), {
            [method]: () => Promise.reject(new KnownError(code, 'as scripted')),
          });
        await expect(drive(home, { store: failing })).rejects.toMatchObject({ code });
      }
      expect(await stored()).toEqual(before);
      lines = [];
      await drive(home);
      expect(startedAt()).toEqual([4]);
      expect((await readCheckpointLine(store, run)).map(({ checkpoint: { step } }) => step)).toEqual([
        0, 2, 4, 6,
      ]);
    },
    60_000,
  );

  const mounts = mkdtempSync(join(tmpdir(), 'oneshot-mount-'));
  const mayMount = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', mounts]).status === 0;
  if (mayMount) spawnSync('umount', [mounts]);
  it.runIf(mayMount)(
    'claims and deletes nothing where its scratch folder is full (needs the right to mount)',
    async () => {
      const { home, stored, before } = await atStepFour();
      await using _ = home;
      const scratch = join(home.home, 'small');
      mkdirSync(scratch);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', scratch]);
      try {
        spawnSync('dd', ['if=/dev/zero', `of=${join(scratch, 'filler')}`, 'bs=4k']);
        await expect(drive(home, { scratch })).rejects.toMatchObject({ code: 'disk-full' });
        expect(await stored()).toEqual(before);
        await unlink(join(scratch, 'filler'));
        lines = [];
        await drive(home, { scratch });
        expect(startedAt()).toEqual([4]);
      } finally {
        spawnSync('umount', [scratch]);
      }
    },
    60_000,
  );
});

describe('a run whose disk is full', () => {
  it.each(['state/', 'blobs/', 'runs/run/steps', 'runs/run/checkpoints'])(
    'while it stores %s ends with that, and goes on once there is room',
    async (prefix) => {
      await using home = await fresh.copy();
      const full = (inner: ObjectStore) => {
        const store = new ForwardingStore(inner);
        const putOnce = store.putOnce.bind(store);
        const putFile = store.putFile.bind(store);
        const fails = (key: string) => key.startsWith(prefix) && !key.includes('000000');
        const error = new KnownError('disk-full', 'as scripted');
        store.putOnce = (key, body) => (fails(key) ? Promise.reject(error) : putOnce(key, body));
        store.putFile = (key, ...rest) => (fails(key) ? Promise.reject(error) : putFile(key, ...rest));
        return store;
      };
      await expect(drive(home, { store: full })).rejects.toMatchObject({ code: 'disk-full' });
      await drive(home);
      expect(lines.at(-1)).toMatchObject({ event: 'run-finished' });
    },
    60_000,
  );
});

it('a run that is told to stop, and cannot store its first checkpoint, goes on from its journals', async () => {
  await using home = await fresh.copy();
  const controller = new AbortController();
  const full = (inner: ObjectStore) => {
    const store = new ForwardingStore(inner);
    const putOnce = store.putOnce.bind(store);
    const untilTold = new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
    store.putOnce = async (key, body) => {
      if (!key.startsWith('runs/run/checkpoints/')) return putOnce(key, body);
      await untilTold;
      throw new KnownError('disk-full', 'The disk is full.');
    };
    return store;
  };
  const interruption = { after: 1, controller };
  await expect(drive(home, { store: full, interruption })).rejects.toMatchObject({ code: 'interrupted' });
  const { store } = await openDriverPlace(home, {});
  expect(await store.list(keys.prefix.rescues(run))).toEqual([]);
  await drive(home);
  expect(lines.at(-1)).toMatchObject({ event: 'run-finished' });
});

describe('side work that fails', () => {
  it('does not end training, is told once, and is done later', async () => {
    await using home = await fresh.copy();
    const away = () => Promise.reject(new KnownError('service-unavailable', 'away'));
    const { queues } = await openDriverPlace(home, {});
    let sends = 0;
    const plan = Object.assign(Object.create(queues.plan) as typeof queues.plan, {
      send: (body: string) => (++sends <= 3 ? away() : queues.plan.send(body)),
    });
    const store = (inner: ObjectStore) => {
      const failing = new ForwardingStore(inner);
      const putOnce = failing.putOnce.bind(failing);
      failing.putOnce = (key, body) => (key.startsWith('telemetry/') ? away() : putOnce(key, body));
      failing.delete = away;
      return failing;
    };
    await drive(home, { plan, store });
    expect(lines.at(-1)).toMatchObject({ event: 'run-finished' });
    const told = lines.filter(({ event }) => event === 'side-work-failed');
    expect(told.map(({ kind }) => kind).sort()).toEqual(['event', 'old state', 'telemetry']);
    const received = await queues.plan.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60 });
    expect(received.map(({ body }) => JSON.parse(body).step).sort()).toEqual([0, 2, 4, 6]);
  });
});

it('a run whose completions all get the same reward says that nothing is learned', async () => {
  await using home = await fresh.copy();
  await drive(home);
  expect(lines.filter(({ event }) => event === 'alert')).toMatchObject([
    {
      level: 'warning',
      rule: 'nothing-learned',
      step: 1,
      detail: expect.stringContaining('nothing is learned'),
    },
  ]);
});
