import { describe, expect, it } from 'vitest';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
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
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/runs?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ run }: { run: string }) => run));
      cursor = body.next ?? '';
    } while (cursor);
    expect(seen).toEqual(names.toReversed());
    expect((await api.get('/v1/runs?cursor=../models')).body.code).toBe('cursor-invalid');
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
    expect(body.checkpoints).toEqual([
      { step: 2, model: MODEL, evaluation: null, scores: null },
      { step: 3, model: MODEL, evaluation, scores: null },
    ]);
    await api.world.deliver(await api.world.ask(request));
    await api.world.settle();
    api.passTime();
    const scored = (await api.get('/v1/runs/r')).body.checkpoints[1];
    expect(scored.scores.reward.benchmarks[0].benchmark).toBe('sums');
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

async function putRun(api: ApiWorld, run: string): Promise<void> {
  const config = { recipe: 'micro-pi1', seed: 7 };
  await put(api.world.store, record.run(run), { config, codeVersion: '1' });
}

async function putDriver(api: ApiWorld, incarnation: number, resumesFrom: string | null): Promise<void> {
  const object = { schemaVersion: 1, nonce: 'n', resumesFrom, host };
  await put(api.world.store, record.incarnation('r', incarnation), object);
}

async function putCheckpoint(
  api: ApiWorld,
  { incarnation, step, parent }: { incarnation: number; step: number; parent: string | null },
  evaluation: Awaited<ReturnType<ApiWorld['world']['request']>> | null = null,
): Promise<string> {
  const key = keys.checkpoint({ run: 'r', step, incarnation });
  const steps = [{ step, metrics: { 'reward/mean': 0.5 } }];
  const checkpoint = { schemaVersion: 1, step, model: MODEL, state: {}, parent, steps, evaluation };
  await put(api.world.store, record.checkpoint.at(key), checkpoint);
  return key;
}
