import { describe, expect, it } from 'vitest';
import { checkpointsTo } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MODEL } from '../small-world.ts';
import { ApiWorld } from './api-world.ts';

const host = { torch: 't', transformers: 't', instructionSet: 'i' };

describe('GET /v1/runs', () => {
  it('pages through all runs, newest first', async () => {
    const api = await ApiWorld.create();
    const names = ['a', 'a-b', 'a_b', 'ab', 'b'];
    for (const [createdAt, run] of names.entries()) {
      const entry = { schemaVersion: 1, run, createdAt, recipe: 'micro-pi1' };
      await put(api.world.store, record.runEntry(createdAt, run), entry);
      await putRun(api, run);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/runs?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ run }: { run: string }) => run));
      expect(body.total).toBe(names.length);
      cursor = body.next ?? '';
    } while (cursor);
    expect(seen).toEqual(names.toReversed());
    expect((await api.get('/v1/runs?cursor=../models')).body.code).toBe('cursor-invalid');
  });
});

describe('a run of GET /v1/runs', () => {
  it('has its state, its newest score and its best one', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    await putRun(api, 'r', { steps: 3 });
    await put(store, record.runEntry(Date.parse('2026-11-30T09:00:00Z'), 'r'), {
      ...{ run: 'r', createdAt: Date.parse('2026-11-30T09:00:00Z'), recipe: 'micro-pi1' },
    });
    await put(store, record.runEntry(0, 'removed'), { run: 'removed', createdAt: 0, recipe: 'own' });
    const one = async (query = '') => (await api.get(`/v1/runs${query}`)).body.items;
    expect(await one()).toEqual([
      {
        ...{ run: 'r', recipe: 'micro-pi1', createdAt: '2026-11-30T09:00:00.000Z', state: 'new' },
        ...{ step: 0, steps: 3, checkpoints: 0, score: null, best: null },
        ...{ curve: [], unscored: 0, alerts: 0, worstAlert: null },
      },
    ]);
    await putDriver(api, 1, null);
    let parent: string | null = null;
    for (const [step, problems] of [1, 3, 2].entries()) {
      const request = await api.world.request({ problems });
      parent = await putCheckpoint(api, { incarnation: 1, step: step + 1, parent }, request);
      await api.world.deliver(await api.world.ask(request));
    }
    await api.world.settle();
    api.passTime();
    const [run] = await one();
    expect(run).toMatchObject({ state: 'finished', step: 3, checkpoints: 3 });
    expect(run.score).toMatchObject({ step: 3, grader: 'reward', mean: 1 });
    expect(run.best).toMatchObject({ step: 1, mean: 1 }); // the first of equals
    expect(run.best.interval).toHaveLength(2);
    expect(run.curve.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3]);
    expect(run.curve.map(({ mean }: { mean: number }) => mean)).toEqual([1, expect.any(Number), 1]);
    expect(await one('?state=finished&recipe=micro-pi1&q=R')).toHaveLength(1);
    expect(await one('?state=new')).toEqual([]);
    expect(await one('?recipe=own')).toEqual([]);
  });

  it('is damaged where an object of it cannot be read', async () => {
    const api = await ApiWorld.create();
    await putRun(api, 'r');
    await put(api.world.store, record.runEntry(0, 'r'), { run: 'r', createdAt: 0, recipe: 'own' });
    await api.world.store.putOnce(keys.incarnation('r', 1), Buffer.from('{'));
    const { items } = (await api.get('/v1/runs')).body;
    expect(items).toMatchObject([{ run: 'r', state: 'damaged', step: null, score: null }]);
  });
});

describe('GET /v1/runs/{run}/cost', () => {
  it('adds up what telemetry has of training and evaluation', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    await putRun(api, 'r');
    await putDriver(api, 1, null);
    const request = await api.world.request({ problems: 1 });
    await putCheckpoint(api, { incarnation: 1, step: 1, parent: null }, request);
    for (const step of [1, 2]) {
      const ref = { run: 'r', incarnation: 1, step };
      await put(store, record.step(ref), { step, journal: 'a'.repeat(64), metrics: {} });
      const telemetry = { seconds: { rollout: 2, update: step }, tokensPerSecond: {}, peakBytes: {} };
      await put(store, record.stepTelemetry(ref), { ...telemetry, ...(step === 2 && { at: 1000 }) });
    }
    const shard = { evaluation: evaluationId(request), round: 0 };
    const billed = { seconds: 50, initSeconds: 10, memoryMib: 1024 };
    for (const [delivery, more] of [
      ['a', {}],
      ['b', { billed }],
    ] as const)
      await put(store, record.shardTelemetry(shard, 0, delivery), {
        ...{ type: 'generate-shard', seconds: 1.5, ...more },
      });
    const { body } = await api.get('/v1/runs/r/cost');
    expect(body).toEqual({
      run: 'r',
      training: { seconds: 7, phases: { rollout: 4, update: 3 } },
      usd: null,
      evaluation: {
        seconds: 3,
        stages: { 'generate-shard': 3 },
        usd: expect.closeTo(60 * 0.0000166667 + 2e-7, 12),
      },
      steps: [
        { step: 1, at: null, seconds: 3 },
        { step: 2, at: '1970-01-01T00:00:01.000Z', seconds: 4 },
      ],
    });
    expect((await api.get('/v1/runs/nobody/cost')).status).toBe(404);
  });
});

describe('GET /v1/runs/{run}', () => {
  it('shows metrics along the checkpoints that count, with their scores as they come', async () => {
    const api = await ApiWorld.create();
    const request = await api.world.request();
    await putRun(api, 'r');
    await putDriver(api, 1, null);
    const first = await putCheckpoint(api, { incarnation: 1, step: 2, parent: null });
    await putCheckpoint(api, { incarnation: 1, step: 4, parent: first }); // of a driver that was taken over
    await putDriver(api, 2, first);
    await putCheckpoint(api, { incarnation: 2, step: 3, parent: first }, request);
    const { body } = await api.get('/v1/runs/r');
    expect(body).toMatchObject({ run: 'r', recipe: 'micro-pi1', codeVersion: '1', saturationStep: null });
    expect(body.config.seed).toBe(7);
    expect(body.steps.map(({ step }: { step: number }) => step)).toEqual([2, 3]);
    const evaluation = evaluationId(request);
    const unscored = {
      coverage: null,
      failed: {},
      refused: null,
      scores: null,
      weights: 'kept',
      resumable: true,
    };
    expect(body.checkpoints).toEqual([
      { step: 2, model: MODEL, evaluation: null, status: 'none', ...unscored },
      { step: 3, model: MODEL, evaluation, status: 'waiting', ...unscored },
    ]);
    expect(body.restarts).toEqual([{ incarnation: 2, step: 2 }]);
    await api.world.deliver(await api.world.ask(request));
    api.passTime();
    const running = (await api.get('/v1/runs/r')).body.checkpoints[1];
    expect(running).toMatchObject({ status: 'running', coverage: { shards: 3, done: 0 }, scores: null });
    await api.world.settle();
    api.passTime();
    const scored = (await api.get('/v1/runs/r')).body.checkpoints[1];
    expect(scored.scores.reward.benchmarks[0].benchmark).toBe('sums');
    expect(scored.status).toBe('done');
  });

  it('names what failed of a checkpoint, and keeps showing it while it is retried', async () => {
    const api = await ApiWorld.create();
    await putRun(api, 'r');
    await putDriver(api, 1, null);
    const evaluation = await api.evaluate();
    await putCheckpoint(api, { incarnation: 1, step: 2, parent: null }, await requestOf(api, evaluation));
    await api.settleWithDeadShard();
    const checkpoint = async () => (await api.get('/v1/runs/r')).body.checkpoints[0];
    expect(await checkpoint()).toMatchObject({ status: 'done', failed: { 'generate-dead': 1 } });
    const { scores } = await checkpoint();
    await api.post(`/v1/evaluations/${evaluation}/retry`, {});
    expect(await checkpoint()).toMatchObject({ status: 'planning', scores });
  });

  it('says which weights and optimizer states are gone, where the run began and what began with it', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    const origin = keys.checkpoint({ run: 'parent', step: 40, incarnation: 1 });
    await putRun(api, 'r', { fork: { checkpoint: origin, model: MODEL } });
    await putDriver(api, 1, origin);
    const first = await putCheckpoint(api, {
      incarnation: 1,
      step: 41,
      parent: origin,
      model: 'd'.repeat(26),
    });
    await putCheckpoint(api, { incarnation: 1, step: 42, parent: first });
    await put(store, record.released({ run: 'r', step: 41, incarnation: 1 }), {});
    await put(store, record.fork({ run: 'r', step: 42, incarnation: 1 }, 'child'), {});
    await putRun(api, 'parent');
    const begun = { step: 40, model: MODEL, state: {}, parent: null, steps: [], evaluation: null };
    await put(store, record.checkpoint.at(origin), begun);
    const { body } = await api.get('/v1/runs/r');
    expect(body.forkOf).toEqual({ run: 'parent', step: 40 });
    expect(body.forks).toEqual([{ run: 'child', step: 42 }]);
    const kept = body.checkpoints.map(({ weights, resumable }: Kept) => [weights, resumable]).slice(-2);
    expect(kept).toEqual([
      ['deleted', false],
      ['kept', true],
    ]);
  });

  it('refuses checkpoints whose parents go round, instead of following them for ever', async () => {
    const api = await ApiWorld.create();
    await putRun(api, 'r');
    await putDriver(api, 1, null);
    const key = keys.checkpoint({ run: 'r', step: 3, incarnation: 1 });
    await putCheckpoint(api, { incarnation: 1, step: 3, parent: key });
    const refusal = { code: 'object-invalid', message: expect.stringContaining('no earlier step') };
    await expect(checkpointsTo(api.world.store, key)).rejects.toMatchObject(refusal);
    expect((await api.get('/v1/runs/r')).status).toBe(500);
  });

  it('has empty curves before the first checkpoint', async () => {
    const api = await ApiWorld.create();
    await putRun(api, 'new');
    expect((await api.get('/v1/runs/new')).body).toMatchObject({ steps: [], checkpoints: [] });
  });

  it('is 404 for runs that do not exist', async () => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get('/v1/runs/nobody');
    expect([status, body.code]).toEqual([404, 'run-unknown']);
  });
});

interface Kept {
  readonly weights: string;
  readonly resumable: boolean;
}

type Request = Awaited<ReturnType<ApiWorld['world']['request']>>;

async function requestOf(api: ApiWorld, evaluation: string): Promise<Request> {
  return read(api.world.store, record.evaluationRequest(evaluation));
}

async function putRun(api: ApiWorld, run: string, settings: object = {}): Promise<void> {
  const config = { recipe: 'micro-pi1', seed: 7, ...settings };
  await put(api.world.store, record.run(run), { config, codeVersion: '1' });
}

async function putDriver(api: ApiWorld, incarnation: number, resumesFrom: string | null): Promise<void> {
  const object = { schemaVersion: 1, nonce: 'n', resumesFrom, host };
  await put(api.world.store, record.incarnation('r', incarnation), object);
}

async function putCheckpoint(
  api: ApiWorld,
  {
    incarnation,
    step,
    parent,
    model = MODEL,
  }: { incarnation: number; step: number; parent: string | null; model?: string },
  evaluation: Request | null = null,
): Promise<string> {
  const key = keys.checkpoint({ run: 'r', step, incarnation });
  const steps = [{ step, metrics: { 'reward/mean': 0.5 } }];
  const checkpoint = { schemaVersion: 1, step, model, state: {}, parent, steps, evaluation };
  await put(api.world.store, record.checkpoint.at(key), checkpoint);
  return key;
}
