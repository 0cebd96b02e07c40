import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { collect } from '#cli/removal/collect.ts';
import { namedThing, remove } from '#cli/removal/removals.ts';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import { Discards } from '#shared/adapters/local/discard.ts';
import { keepInRunLog } from '#shared/adapters/local/run-log.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { namesBelow } from '#shared/storage/model-users.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { runBlobs } from '#shared/storage/run-blobs.ts';
import { claim } from '#trainer/resume/claim.ts';
import { pinFork } from '#trainer/resume/fork-pins.ts';
import { commitLine, storeModel } from '../../trainer/stored-run.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
/** Of the recorded workspace. */
const EVALUATION = '45seccje7osooibbcqzutgtlpj';
const ALL = { dryRun: false, models: true, beforeMs: Number.POSITIVE_INFINITY };

let workspace: Workspace;

/** A home with the recorded run, which has two evaluations. */
async function openHome(): Promise<Workspace> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-removal-'));
  await cp(join(packageRoot, 'test/golden/workspace/store'), join(home, 'store'), { recursive: true });
  return openWorkspace(home);
}
async function closeHome({ home, close }: Workspace): Promise<void> {
  close();
  await rm(home, { recursive: true });
}

/** A run of some checkpoints whose weights and journals are those of their steps, so that runs share them. */
async function storeRun({ store }: Workspace, run: string, steps: readonly number[]): Promise<string[]> {
  const examples = await putBlob(store, Buffer.from(`examples of ${steps.length}`));
  const config = { recipe: 'own', steps: 40, model: await storeModel(store, 0), examples };
  await put(store, record.run(run), { config, codeVersion: '1' });
  await put(store, record.runEntry(1000, run), { run, createdAt: 1000, recipe: 'own' });
  const held = await claim(store, run, { resumesFrom: null, host });
  for (const step of steps) {
    const blob = await putBlob(store, Buffer.from(`journal of step ${step}`));
    await put(store, record.journal({ ...held, step }), { blob });
  }
  return commitLine({ store, ...held }, steps);
}

/** All that a run goes on from and an evaluation shows, read as they are read. */
async function readable({ store }: Workspace): Promise<unknown> {
  const runs = await Promise.all(
    (await namesBelow(store, keys.prefix.runs)).map(async (run) => {
      const { config } = await read(store, record.run(run));
      const line = await readCheckpointLine(store, run);
      const models = await Promise.all(
        [config['model'] as string, ...line.map(({ checkpoint }) => checkpoint.model)].map((model) =>
          read(store, record.model(model)),
        ),
      );
      const files = models.flatMap((model) =>
        Object.values(model.files).map(({ sha256 }) => keys.blob(sha256)),
      );
      const states = line.flatMap(({ checkpoint }) =>
        Object.values(checkpoint.state).map(({ sha256 }) => keys.state(run, sha256)),
      );
      const own = [...(await runBlobs(store, run)), config['examples'] as string].map(keys.blob);
      const bodies = await Promise.all(
        [...files, ...states, ...own].map(async (key) => [key, (await store.get(key))?.length ?? 'gone']),
      );
      return [run, line, bodies];
    }),
  );
  const lists = new CachedLists(store, { now: Date.now });
  const evaluations = await Promise.all(
    (await namesBelow(store, keys.prefix.evaluations)).map(async (id) => [
      id,
      await listSamples(id, { limit: 100 }, { store, lists }),
    ]),
  );
  return { runs, evaluations };
}

beforeEach(async () => {
  workspace = await openHome();
});
afterEach(() => closeHome(workspace));

const gone = async (name: string) => remove(workspace, await namedThing(workspace.store, name));

describe('gc', () => {
  it('takes what nothing names, and leaves every run and evaluation that is left as it was', async () => {
    const name = fc.constantFrom('run', 'a', 'b', 'c');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), fc.nat(3), fc.boolean(), async (removed, orphans, models) => {
        const home = await openHome();
        try {
          await storeRun(home, 'a', [0, 20]);
          await storeRun(home, 'b', [0, 20, 40]);
          await storeRun(home, 'c', [0, 10]);
          for (const run of removed) await remove(home, await namedThing(home.store, run));
          for (let i = 0; i < orphans; i++) await putBlob(home.store, Buffer.from(`orphan ${i}`));
          const before = await readable(home);
          expect(JSON.stringify(before)).not.toContain('gone');
          const told = await collect(home, { ...ALL, models, dryRun: true });
          expect(await collect(home, { ...ALL, models })).toEqual(told);
          expect(await readable(home)).toEqual(before);
          expect(await collect(home, { ...ALL, models })).toEqual([]);
          const left = await home.store.list(keys.prefix.blobs);
          if (removed.length === 4 && models) expect(left).toEqual([]);
        } finally {
          await closeHome(home);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('leaves what was stored lately, whose name may be about to be stored', async () => {
    await putBlob(workspace.store, Buffer.from('of a run that is being settled'));
    expect(await collect(workspace, { ...ALL, beforeMs: Date.now() - 60_000 })).toEqual([]);
    expect(await collect(workspace, ALL)).toEqual([{ kind: 'blobs', objects: 1, sizeBytes: 30 }]);
  });

  it('leaves models that nothing names, unless it is told to take them', async () => {
    await storeModel(workspace.store, 7);
    expect(await collect(workspace, { ...ALL, models: false })).toEqual([]);
    const kinds = (await collect(workspace, ALL)).map(({ kind }) => kind);
    expect(kinds).toEqual(['blobs', 'models']);
  });

  it('leaves completions that were pushed', async () => {
    const completions = await putBlob(workspace.store, Buffer.from('{}\n'));
    await workspace.store.putOnce(keys.recording(completions), Buffer.from('{}'));
    expect(await collect(workspace, ALL)).toEqual([]);
  });

  it('takes what was made of a model in less bits with the model, and not before', async () => {
    const model = await storeModel(workspace.store, 7);
    await workspace.store.putOnce(keys.roundedFile(model, 'f'.repeat(64)), Buffer.from('rounded'));
    expect(await collect(workspace, { ...ALL, models: false })).toEqual([]);
    await gone(model);
    expect(await workspace.store.list(keys.prefix.allRounded)).toEqual([]);
    await workspace.store.putOnce(keys.roundedFile(model, 'f'.repeat(64)), Buffer.from('stored late'));
    const kinds = (await collect(workspace, { ...ALL, models: false })).map(({ kind }) => kind);
    expect(kinds).toEqual(['blobs', 'rounded models']);
  });

  it('takes what says where a model came from with the model', async () => {
    const model = await storeModel(workspace.store, 7);
    await workspace.store.putOnce(keys.modelOrigin(model, 'o'.repeat(26)), Buffer.from('{}'));
    expect(await collect(workspace, { ...ALL, models: false })).toEqual([]);
    await collect(workspace, ALL);
    expect((await workspace.store.list(keys.prefix.models)).join()).not.toContain(model);
  });

  it('takes cached models that the store has no more, and scratch of drivers that have ended', async () => {
    const kept = join(workspace.cache, 'gv3yx67giptckhusm263yfjpbo');
    const stale = [join(workspace.cache, 'z'.repeat(26)), join(workspace.home, 'scratch', 'run-99999999')];
    for (const folder of [kept, ...stale]) await mkdir(folder, { recursive: true });
    for (const run of ['run', 'gone']) keepInRunLog(workspace.home, run, { level: 'info', event: 'e' }, 0);
    await collect(workspace, { ...ALL, beforeMs: Date.now() - 60_000 });
    expect(stale.map((path) => existsSync(path))).toEqual([true, true]);
    await collect(workspace, ALL);
    expect([kept, ...stale].map((path) => existsSync(path))).toEqual([true, false, false]);
    expect(readdirSync(join(workspace.home, 'logs'))).toEqual(['run.jsonl']);
  });
});

describe('an object that nothing named for long', () => {
  const LONG_AGO = new Date(1000);
  const age = (key: string) => utimesSync(join(workspace.home, 'store', key), LONG_AGO, LONG_AGO);

  it('stays once somebody has put it again, whenever that was', async () => {
    const body = Buffer.from('weights');
    const key = keys.blob(await putBlob(workspace.store, body));
    age(key);
    const discards = new Discards(workspace.home);
    await putBlob(workspace.store, body); // after it was found to be old, before it is taken
    expect(discards.object(key, Date.now() - 60_000)).toBe(false);
    expect(await workspace.store.get(key)).toEqual(new Uint8Array(body));
    age(key);
    expect(discards.object(key, Date.now() - 60_000)).toBe(true);
    expect(await workspace.store.get(key)).toBeUndefined();
    expect(readdirSync(join(workspace.home, 'store', '.discarded'))).toEqual([]);
  });

  it('of completions stays with all the others once their manifest was put again', async () => {
    const [generation = ''] = await namesBelow(workspace.store, keys.prefix.generations);
    const prefix = keys.prefix.generation(generation);
    const parts = await workspace.store.list(prefix);
    const witness = { key: keys.generation(generation), beforeMs: Date.now() - 60_000 };
    const discards = new Discards(workspace.home);
    expect(await discards.folder(prefix, witness)).toBe(false);
    expect(await workspace.store.list(prefix)).toEqual(parts);
    age(witness.key);
    expect(await discards.folder(prefix, witness)).toBe(true);
    expect(await workspace.store.list(prefix)).toEqual([]);
  });
});

describe('rm', () => {
  it('takes an evaluation out of the index of generations, in which gc leaves those that are there', async () => {
    const { store } = workspace;
    const request = await read(store, record.evaluationRequest(EVALUATION));
    const [asked, forgotten] = ['other', 'gone'].map((name) => name.padEnd(26, 'a')) as [string, string];
    await put(store, record.evaluationRequest(asked), request);
    const entries = [EVALUATION, asked, forgotten].map((id) => record.generationEntry('b'.repeat(26), id));
    for (const entry of entries) await put(store, entry, { round: 0 });
    await collect(workspace, ALL);
    const listed = () => store.list(keys.prefix.allGenerationEntries);
    expect(await listed()).toEqual(entries.slice(0, 2).map(({ key }) => key));
    await gone(asked);
    expect(await listed()).toEqual([keys.generationEntry('b'.repeat(26), EVALUATION)]);
  });

  it('takes a run with its scores and weights, and nothing that others need', async () => {
    await storeRun(workspace, 'a', [0, 20]);
    await storeRun(workspace, 'b', [0, 20, 40]);
    await gone('run');
    await gone('b');
    const { store } = workspace;
    expect(await store.list('runs/')).toEqual(expect.arrayContaining([keys.run('a')]));
    expect(await namesBelow(store, keys.prefix.runs)).toEqual(['a']);
    expect(await namesBelow(store, keys.prefix.evaluations)).toEqual([]);
    expect(await store.list(keys.prefix.index)).toEqual([expect.stringMatching(/^index\/runs\/\d+-a$/)]);
    expect(await store.list(keys.prefix.allStates)).toHaveLength(1);
    // Its base stays, as one that was pushed; the weights of step 40 go, those of step 20 are a's as well.
    const models = await Promise.all([0, 20].map((step) => storeModel(store, step)));
    const base = 'gv3yx67giptckhusm263yfjpbo';
    expect(await store.list(keys.prefix.models)).toEqual([...models, base].map(keys.model).sort());
  });

  it('takes evaluations of the weights that only the run has made, whoever asked for them', async () => {
    const { store } = workspace;
    const request = await read(store, record.evaluationRequest(EVALUATION));
    const other = 'other'.padEnd(26, 'a');
    await put(store, record.evaluationRequest(other), request);
    await gone('run');
    expect(await namesBelow(store, keys.prefix.evaluations)).toEqual([]);
    expect(await store.list(keys.prefix.models)).toEqual([keys.model('gv3yx67giptckhusm263yfjpbo')]);
  });

  it.each([
    [EVALUATION, /is that of run@2, and goes with the run/],
    ['dmby5sslzkp3p7smncosfbymtp', /is needed: run@2, evaluation 45sec/],
    ['gv3yx67giptckhusm263yfjpbo', /is needed: base of run run, run@0, evaluation/],
  ])('refuses %s, which others need', async (name, message) => {
    await expect(gone(name)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a run that a fork has yet to begin with, until that is removed or has begun', async () => {
    const [, checkpoint = ''] = await storeRun(workspace, 'a', [0, 20]);
    await pinFork(workspace.store, checkpoint, 'b');
    await put(workspace.store, record.run('b'), {
      config: { recipe: 'own', fork: { checkpoint } },
      codeVersion: '1',
    });
    await expect(gone('a')).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/run b has yet/),
    });
    await gone('b');
    expect(await workspace.store.list(keys.prefix.forks('a'))).toEqual([]);
    await gone('a');
  });

  it('refuses a run that a driver of this machine is at work on, until that has ended', async () => {
    const driver = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', '--', '--run=run']);
    try {
      await mkdir(join(workspace.home, 'scratch', `run-${driver.pid}`), { recursive: true });
      const message = expect.stringMatching(`process ${driver.pid}.*stop it first`);
      await expect(gone('run')).rejects.toMatchObject({ code: 'in-use', message });
    } finally {
      driver.kill('SIGKILL');
      await once(driver, 'exit');
    }
    await gone('run');
  });

  it('takes a run whose records are damaged', async () => {
    const key = keys.checkpoint({ run: 'damaged', incarnation: 1, step: 0 });
    await put(workspace.store, record.run('damaged'), { config: { recipe: 'own' }, codeVersion: '1' });
    await workspace.store.putOnce(key, Buffer.from('half a'));
    await gone('damaged');
    expect(await namesBelow(workspace.store, keys.prefix.runs)).toEqual(['run']);
  });

  it('says what it does not know', async () => {
    await expect(gone('nobody')).rejects.toMatchObject({ code: 'name-unknown' });
  });
});
