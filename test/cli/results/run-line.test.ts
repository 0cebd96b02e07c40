import { beforeEach, describe, expect, it } from 'vitest';
import { type RunLine, runLines } from '#cli/results/run-line.ts';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { listRuns } from '#functions/results/runs/list-runs.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { claim } from '#trainer/resume/claim.ts';
import { SmallWorld } from '../../functions/small-world.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { commitLine, commitRescueOf, stateOf, storeModel } from '../../trainer/stored-run.ts';
import { summary } from '../report/made-up-summary.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
const CREATED = 1000;

describe('the line of a run', () => {
  let store: MemoryStore;
  let working: Set<string>;
  let failed: Set<string>;

  beforeEach(async () => {
    store = new MemoryStore();
    working = new Set();
    failed = new Set();
    const config = { recipe: 'own', steps: 40, model: await storeModel(store, 0) };
    await put(store, record.run('r'), { config, codeVersion: '1' });
    await put(store, record.runEntry(CREATED, 'r'), { run: 'r', recipe: 'own', createdAt: CREATED });
  });

  async function line(): Promise<RunLine> {
    const drivers = {
      isAtWork: (run: string) => working.has(run),
      hasFailed: (run: string) => failed.has(run),
    };
    const lists = new CachedLists(store, { now: () => CREATED });
    const { items } = await listRuns({ limit: 20 }, { store, lists, drivers: async () => drivers });
    const [found] = await runLines(items, store);
    return found as RunLine; // one was entered
  }
  const begin = () => claim(store, 'r', { resumesFrom: null, host });
  const step = async (number: number) => {
    const journal = await putBlob(store, Buffer.from(`journal of step ${number}`));
    const ref = { run: 'r', incarnation: 1, step: number };
    await put(store, record.journal(ref), { blob: journal });
    await put(store, record.step(ref), { step: number, journal, metrics: {} });
  };

  it('is new before its first driver, and unfinished from then on: by the store alone a killed driver looks like one at work', async () => {
    expect(await line()).toMatchObject({
      state: 'new',
      step: 0,
      steps: 40,
      score: null,
      createdAt: '1970-01-01T00:00:01.000Z',
    });
    await begin();
    expect(await line()).toMatchObject({ state: 'unfinished', step: 0 });
    await step(1);
    await step(2);
    expect(await line()).toMatchObject({ state: 'unfinished', step: 2 });
  });

  it('is training where a driver of this machine is at work', async () => {
    await begin();
    working.add('r');
    expect(await line()).toMatchObject({ state: 'training' });
  });

  it('has failed where its driver said so, until another one is at work', async () => {
    await begin();
    failed.add('r');
    expect(await line()).toMatchObject({ state: 'failed' });
    working.add('r');
    expect(await line()).toMatchObject({ state: 'training' });
  });

  it('is stopped where a rescue is its newest state', async () => {
    const [base] = await commitLine({ store, ...(await begin()) }, [0]);
    await commitRescueOf({ store, run: 'r', incarnation: 1 }, 7, base as string);
    expect(await line()).toMatchObject({ state: 'stopped', step: 7 });
  });

  it('is finished with its last checkpoint', async () => {
    await commitLine({ store, ...(await begin()) }, [0, 20]);
    expect(await line()).toMatchObject({ state: 'unfinished', step: 20 });
    await commitLine(
      { store, run: 'r', incarnation: 1 },
      [40],
      keys.checkpoint({ run: 'r', incarnation: 1, step: 20 }),
    );
    expect(await line()).toMatchObject({ state: 'finished', step: 40 });
  });

  it('is scoring while the evaluation of a checkpoint is promised, and shows the newest scores', async () => {
    const request = await (await SmallWorld.create()).request();
    await begin();
    const base = await putCheckpoint(0, null, request);
    await putCheckpoint(40, base, { ...request, golds: 'g'.repeat(26) });
    const ref = { evaluation: evaluationId(request), round: 0 };
    await put(store, record.summary(ref), { ...summary(1), ...ref });
    const mean = summary(1).graders['reward']?.average.mean;
    const marker = keys.pendingCheckpoint({ run: 'r', incarnation: 1, step: 40 });
    await store.putOnce(marker, Buffer.from('{}'));
    expect(await line()).toMatchObject({ state: 'scoring', score: { step: 0, mean } });
    await store.delete(marker);
    expect(await line()).toMatchObject({ state: 'finished' });
    await store.putOnce(keys.pendingEvaluation({ ...ref, round: 1 }), Buffer.from('{}'));
    expect(await line()).toMatchObject({ state: 'scoring' });
  });

  it('counts what it made once, and not its base', async () => {
    const own = async () => {
      const facts = [...(await store.describe('runs/')), ...(await store.describe('state/'))];
      return facts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    };
    await commitLine({ store, ...(await begin()) }, [0, 20]);
    await step(1);
    const made = 'weights of step 20'.length + 'journal of step 1'.length;
    expect((await line()).sizeBytes).toBe((await own()) + made);
    expect(await own()).toBeGreaterThan(stateOf(20).length);
  });

  it('is no failure of the list where a record cannot be read', async () => {
    await begin();
    await store.putOnce(keys.journal({ run: 'r', incarnation: 1, step: 1 }), Buffer.from('half a rec'));
    expect(await line()).toMatchObject({ state: 'unfinished', step: 0, sizeBytes: null });
  });

  it('counts its warnings and names the gravest', async () => {
    await begin();
    expect(await line()).toMatchObject({ alerts: 0, worstAlert: null });
    const metrics = { 'advantage/min': 0, 'advantage/max': 0, 'completion/truncated_share': 1 };
    const steps = Array.from({ length: 12 }, (_, i) => ({ step: i + 1, metrics }));
    await putCheckpoint(12, null, null, steps);
    expect(await line()).toMatchObject({ alerts: 2, worstAlert: 'nothing-learned' });
  });

  it('that was entered twice is listed once, as it was entered first', async () => {
    await put(store, record.runEntry(CREATED + 5, 'r'), { run: 'r', recipe: 'own', createdAt: CREATED + 5 });
    const lists = new CachedLists(store, { now: () => CREATED });
    const page = await listRuns({ limit: 20 }, { store, lists });
    expect(page).toMatchObject({ items: [{ createdAt: '1970-01-01T00:00:01.000Z' }], total: 1, next: null });
  });

  async function putCheckpoint(
    number: number,
    parent: string | null,
    evaluation: EvaluationRequest | null,
    steps: Checkpoint['steps'] = [],
  ) {
    const key = keys.checkpoint({ run: 'r', incarnation: 1, step: number });
    const model = await storeModel(store, number);
    await put(store, record.checkpoint.at(key), {
      step: number,
      model,
      state: {},
      parent,
      steps,
      evaluation,
    });
    return key;
  }
});
