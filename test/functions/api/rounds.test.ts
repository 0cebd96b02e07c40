import { describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { ApiWorld } from './api-world.ts';

describe('POST /v1/evaluations/{evaluation}/retry', () => {
  it('runs failed shards alone, and their scores complete the summary', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.settleWithDeadShard();
    const path = `/v1/evaluations/${evaluation}`;
    expect((await api.get(path)).body.summary.coverage.failed).toEqual({ 'generate-dead': 1 });
    const { status, body } = await api.post(`${path}/retry`, {});
    expect([status, body.round, body.status]).toEqual([202, 1, 'planning']);
    await api.world.settle();
    const { shards } = await read(api.world.store, record.roundManifest({ evaluation, round: 1 }));
    expect(shards.map(({ from }) => from === undefined)).toEqual([true, false, false]);
    api.passTime();
    const done = (await api.get(path)).body;
    expect(done).toMatchObject({ round: 1, status: 'done', coverage: { shards: 3, done: 3 } });
    expect(done.summary.coverage.failed).toEqual({});
  });

  it('asks for one next round however many ask at once', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.settleWithDeadShard();
    const path = `/v1/evaluations/${evaluation}/retry`;
    const answers = await Promise.all([api.post(path, {}), api.post(path, {}), api.post(path, {})]);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    await api.world.settle();
    expect(await api.world.store.list(keys.prefix.rounds(evaluation), { delimiter: '/' })).toHaveLength(2);
    expect(await api.world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('needs no body', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.settleWithDeadShard();
    expect((await api.post(`/v1/evaluations/${evaluation}/retry`)).status).toBe(202);
  });

  it('runs again what was refused, once it can be had', async () => {
    const api = await ApiWorld.create({ costUsd: () => 0 });
    const evaluation = await api.evaluate({ maxCostUsd: 0.001 });
    await api.world.settle();
    api.passTime();
    const { status } = await api.post(`/v1/evaluations/${evaluation}/retry`, { maxCostUsd: 10 });
    expect(status).toBe(202);
    await api.world.settle();
    api.passTime();
    const { body } = await api.get(`/v1/evaluations/${evaluation}`);
    expect(body).toMatchObject({ round: 1, status: 'done', coverage: { shards: 3, done: 3 } });
  });

  it('is 409 while the round runs, and when nothing failed', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const path = `/v1/evaluations/${evaluation}/retry`;
    const early = await api.post(path, {});
    expect([early.status, early.body.code]).toEqual([409, 'round-running']);
    await api.world.settle();
    const late = await api.post(path, {});
    expect([late.status, late.body.code]).toEqual([409, 'nothing-failed']);
    expect(api.world.sent).toEqual([]);
  });
});

describe('POST /v1/evaluations/{evaluation}/cancel', () => {
  it('ends shards that have not begun, which a retry runs', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const path = `/v1/evaluations/${evaluation}`;
    await deliver(api, 1); // plan
    await deliver(api, 1); // the first shard's completions
    await api.world.deliver(api.world.sent.pop() as (typeof api.world.sent)[number]); // and verdicts
    const { status, body } = await api.post(`${path}/cancel`);
    expect([status, body.status, body.over]).toEqual([202, 'cancelled', false]);
    await api.world.settle();
    api.passTime();
    const over = (await api.get(path)).body;
    expect(over).toMatchObject({ status: 'cancelled', over: true });
    expect(over.summary.coverage).toEqual({ shards: 3, scored: 1, failed: { cancelled: 2 } });
    expect((await api.post(`${path}/retry`, {})).status).toBe(202);
    await api.world.settle();
    api.passTime();
    expect((await api.get(path)).body).toMatchObject({ round: 1, status: 'done' });
  });

  it('before the round is planned leaves everything out', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.post(`/v1/evaluations/${evaluation}/cancel`);
    expect((await api.post(`/v1/evaluations/${evaluation}/cancel`)).status).toBe(202);
    await api.world.settle();
    api.passTime();
    const { body } = await api.get(`/v1/evaluations/${evaluation}`);
    expect(body.summary.coverage).toEqual({ shards: 3, scored: 0, failed: { cancelled: 3 } });
  });

  it('is 409 once the round is over, and marks nothing', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const { status, body } = await api.post(`/v1/evaluations/${evaluation}/cancel`);
    expect([status, body.code]).toEqual([409, 'round-over']);
    expect(await find(api.world.store, record.cancelled({ evaluation, round: 0 }))).toBeUndefined();
  });

  it.each(['retry', 'cancel'])('%s is 404 for evaluations that nobody asked for', async (action) => {
    const api = await ApiWorld.create();
    const { status, body } = await api.post(`/v1/evaluations/${'q'.repeat(26)}/${action}`, {});
    expect([status, body.code]).toEqual([404, 'evaluation-unknown']);
  });
});

describe('the API', () => {
  it('puts requests, promises and marks of cancellation, and nothing that workers put', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    const put: string[] = [];
    const putOnce = store.putOnce.bind(store);
    const watched = async <T>(act: () => Promise<T>): Promise<T> => {
      store.putOnce = (key, body) => {
        put.push(key);
        return putOnce(key, body);
      };
      return act().finally(() => {
        store.putOnce = putOnce;
      });
    };
    const evaluation = await watched(() => api.evaluate());
    const path = `/v1/evaluations/${evaluation}`;
    await api.settleWithDeadShard();
    await watched(async () => {
      for (const action of ['retry', 'cancel']) await api.post(`${path}/${action}`);
      for (const what of ['', '/samples', `/compare/${evaluation}`]) await api.get(`${path}${what}`);
    });
    const [first, second] = [
      { evaluation, round: 0 },
      { evaluation, round: 1 },
    ];
    expect(put).toEqual([
      keys.evaluationRequest(evaluation),
      keys.pendingEvaluation(first),
      keys.pendingEvaluation(second),
      keys.cancelled(second),
    ]);
  });
});

/** Delivers so many messages, oldest first. */
async function deliver(api: ApiWorld, count: number): Promise<void> {
  for (const message of api.world.sent.splice(0, count)) await api.world.deliver(message);
}
