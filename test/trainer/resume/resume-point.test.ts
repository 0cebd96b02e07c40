import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { claim } from '#trainer/resume/claim.ts';
import { type Damaged, findResumePoint } from '#trainer/resume/resume-point.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { commitLine, commitRescueOf, stateKey, storeModel } from '../stored-run.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
const run = 'r';

let folder: string;
let store: FolderStore;
let damaged: Damaged[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oneshot-footing-'));
  store = new FolderStore(join(folder, 'store'));
  damaged = [];
  await claim(store, run, { resumesFrom: null, host });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pathOf = (key: string) => join(folder, 'store', key);
const first = () => ({ store, run, incarnation: 1 });

async function find(
  options: { store?: ObjectStore; scratch?: string; rewind?: boolean; fork?: object } = {},
) {
  const config = RunConfig.parse({
    recipe: 'own',
    steps: 10,
    model: await storeModel(store, 0),
    examples: 'e'.repeat(64),
    evaluation: null,
    fork: options.fork ?? null,
  });
  const scratch = options.scratch ?? join(folder, 'scratch');
  const cache = join(folder, 'cache');
  const ports = { store: options.store ?? store, clock: { now: () => 0 }, scratch, cache };
  const onDamaged = (one: Damaged) => damaged.push(one);
  return findResumePoint(run, config, ports, { rewind: options.rewind ?? false, onDamaged });
}

describe('a run goes on', () => {
  it('from nothing before its first checkpoint', async () => {
    expect(await find()).toEqual({
      key: null,
      boundary: { step: 0, checkpoint: null, steps: [] },
      folders: null,
    });
  });

  it('from its newest checkpoint, whose files are brought to folders', async () => {
    const [, , newest] = await commitLine(first(), [0, 2, 4]);
    const footing = await find();
    expect(footing).toMatchObject({ key: newest, boundary: { step: 4, checkpoint: newest } });
    expect(readdirSync(footing.folders?.state as string)).toEqual(['optimizer.safetensors']);
    expect(damaged).toEqual([]);
  });

  it('from a rescue that is newer, whose parent is the checkpoint before', async () => {
    const [, two = ''] = await commitLine(first(), [0, 2]);
    const rescue = await commitRescueOf(first(), 3, two);
    expect(await find()).toMatchObject({ key: rescue, boundary: { step: 3, checkpoint: two } });
  });
});

describe('a damaged checkpoint', () => {
  const damages = {
    'whose optimizer state is cut off': () => truncate(pathOf(stateKey(run, 4)), 10),
    'whose optimizer state is gone': () => unlink(pathOf(stateKey(run, 4))),
    'whose weights are gone': async () => unlink(pathOf(keys.model(await storeModel(store, 4)))),
    'whose manifest is cut off': () =>
      truncate(pathOf(keys.checkpoint({ run, step: 4, incarnation: 1 })), 10),
    'whose manifest is of another kind': () =>
      writeFile(pathOf(keys.checkpoint({ run, step: 4, incarnation: 1 })), '{}'),
  };

  it.each(Object.entries(damages))('%s is passed over for the one before, and named', async (_, damage) => {
    const [, two, four] = await commitLine(first(), [0, 2, 4]);
    await damage();
    expect(await find()).toMatchObject({ key: two, boundary: { step: 2 } });
    expect(damaged.map(({ key }) => key)).toEqual([four]);
  });

  it('that a later driver began with is passed over for the one before that', async () => {
    const [, two, four = null] = await commitLine(first(), [0, 2, 4]);
    await claim(store, run, { resumesFrom: four, host });
    const [six] = await commitLine({ store, run, incarnation: 2 }, [6], four);
    await writeFile(pathOf(six as string), 'not JSON');
    expect(await find()).toMatchObject({ key: four });
    await writeFile(pathOf(four as string), 'not JSON');
    expect(await find({ rewind: true })).toMatchObject({ key: two });
    expect((await readCheckpointLine(store, run)).map(({ checkpoint: { step } }) => step)).toEqual([0, 2]);
  });

  it('beside a damaged one before it ends the run, unless it may go back so far', async () => {
    const [zero] = await commitLine(first(), [0, 2, 4]);
    for (const step of [2, 4]) await truncate(pathOf(stateKey(run, step)), 10);
    await expect(find()).rejects.toMatchObject({
      code: 'checkpoints-damaged',
      message: expect.stringMatching(/back to step 0.*--rewind[\s\S]*step 4: [\s\S]*step 2: /),
    });
    expect(await find({ rewind: true })).toMatchObject({ key: zero, boundary: { step: 0 } });
    expect(readdirSync(pathOf(keys.states(run)))).toHaveLength(2);
  });
});

describe('a copy that differs from what is stored', () => {
  it('is fetched again, and nothing in the store is touched', async () => {
    const [, two] = await commitLine(first(), [0, 2]);
    class BadRead extends ForwardingStore {
      reads: string[] = [];
      override async getFile(key: string, path: string): Promise<void> {
        await super.getFile(key, path);
        if (!this.reads.includes(key)) await truncate(path, 3);
        this.reads.push(key);
      }
      override async delete(): Promise<void> {
        throw new Error('nothing may be deleted');
      }
    }
    const reading = new BadRead(store);
    expect(await find({ store: reading })).toMatchObject({ key: two });
    expect(reading.reads.filter((key) => key === stateKey(run, 2))).toHaveLength(2);
    expect(damaged).toEqual([]);
  });

  it('is damage when it differs again, and still nothing is deleted', async () => {
    await commitLine(first(), [0, 2]);
    await truncate(pathOf(stateKey(run, 2)), 10);
    expect(await find()).toMatchObject({ boundary: { step: 0 } });
    expect(damaged[0]?.why).toMatch(/read 2 times/);
    expect(existsSync(pathOf(stateKey(run, 2)))).toBe(true);
  });
});

describe('a failure that is no damage ends the search with its own error', () => {
  it.each([
    'service-unavailable',
    'access-denied',
    'endpoint-unreachable',
    'credentials-missing',
    'disk-full',
    'store-unwritable',
  ] as const)('%s', async (code) => {
    await commitLine(first(), [0, 2, 4]);
    for (const method of ['get', 'getFile', 'list'] as const) {
      const failing = new ForwardingStore(store);
      failing[method] = (): Promise<never> => Promise.reject(new KnownError(code, 'as scripted'));
      await expect(find({ store: failing })).rejects.toMatchObject({ code });
    }
    expect(damaged).toEqual([]);
    expect(await find()).toMatchObject({ boundary: { step: 4 } });
  });

  it('a scratch folder that cannot be written', async () => {
    const [, two] = await commitLine(first(), [0, 2]);
    writeFileSync(join(folder, 'file'), '');
    await expect(find({ scratch: join(folder, 'file') })).rejects.toMatchObject({ code: 'store-unwritable' });
    expect(await find()).toMatchObject({ key: two });
  });

  // In a mount of its own, which ends with the test.
  const mounts = mkdtempSync(join(tmpdir(), 'oneshot-mount-'));
  const mayMount = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', mounts]).status === 0;
  if (mayMount) spawnSync('umount', [mounts]);
  describe.runIf(mayMount)('(needs the right to mount)', () => {
    let scratch: string;
    beforeEach(() => {
      scratch = join(folder, 'small');
      mkdirSync(scratch);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', scratch]);
    });
    afterEach(() => void spawnSync('umount', [scratch]));

    it('a full scratch folder; once there is room the run goes on where it stood', async () => {
      const [, , four] = await commitLine(first(), [0, 2, 4]);
      const filler = join(scratch, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
      await expect(find({ scratch })).rejects.toMatchObject({ code: 'disk-full' });
      expect(damaged).toEqual([]);
      expect(readdirSync(scratch)).toEqual(['filler']);
      await unlink(filler);
      expect(await find({ scratch })).toMatchObject({ key: four, boundary: { step: 4 } });
    });

    it('a scratch folder that is mounted read-only', async () => {
      const [, two] = await commitLine(first(), [0, 2]);
      spawnSync('mount', ['-o', 'remount,ro', scratch]);
      await expect(find({ scratch })).rejects.toMatchObject({ code: 'store-unwritable' });
      spawnSync('mount', ['-o', 'remount,rw', scratch]);
      expect(await find({ scratch })).toMatchObject({ key: two });
    });
  });
});

describe('the origin of a fork', () => {
  it('that is damaged is named, with what to do', async () => {
    const [, two] = await commitLine({ store, run: 'o', incarnation: 1 }, [0, 2]);
    const fork = { checkpoint: two, model: await storeModel(store, 2) };
    expect(await find({ fork })).toMatchObject({ key: null, boundary: { step: 2, checkpoint: null } });
    await unlink(pathOf(stateKey('o', 2)));
    await expect(find({ fork })).rejects.toMatchObject({
      code: 'fork-damaged',
      message: expect.stringMatching(/step 2 of run o.*--fork o/),
    });
  });
});
