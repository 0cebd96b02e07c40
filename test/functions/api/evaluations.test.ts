import { describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { ApiWorld, wanted } from './api-world.ts';

describe('POST /v1/evaluations', () => {
  it('stores the request, promises the round and asks for it', async () => {
    const api = await ApiWorld.create();
    const { status, headers, body } = await api.post('/v1/evaluations', wanted);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/evaluations/${body.evaluation}`);
    expect(body).toMatchObject({ round: 0, status: 'planning', over: false, coverage: null, summary: null });
    const round = { evaluation: body.evaluation, round: 0 };
    expect(await find(api.world.store, record.evaluationRequest(body.evaluation))).toEqual(
      await api.world.request(),
    );
    expect(await api.world.store.get(keys.pendingEvaluation(round))).toBeDefined();
    expect(api.world.sent).toEqual([{ schemaVersion: 1, type: 'evaluation-requested', ...round }]);
  });

  it('ends in the scores that the stages compute', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const { body } = await api.get(`/v1/evaluations/${evaluation}`);
    const stored = await read(api.world.store, record.summary({ evaluation, round: 0 }));
    expect(body).toMatchObject({
      status: 'done',
      over: true,
      coverage: { shards: 3, done: 3 },
      refused: null,
    });
    expect(body.summary).toEqual(stored);
  });

  it('answers 200 for what was asked before, and sends it again only while it is not over', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    api.world.sent.length = 0;
    const unfinished = await api.post('/v1/evaluations', wanted);
    expect(unfinished.status).toBe(200);
    expect(unfinished.body.evaluation).toBe(evaluation);
    expect(api.world.sent).toHaveLength(1);
    await api.world.settle();
    const before = await api.world.contents();
    const finished = await api.post('/v1/evaluations', wanted);
    expect(finished.status).toBe(200);
    expect(finished.body.status).toBe('done');
    expect(api.world.sent).toEqual([]);
    expect(await api.world.contents()).toEqual(before);
  });

  it('makes one evaluation of the same request at the same time', async () => {
    const api = await ApiWorld.create();
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.post('/v1/evaluations', wanted)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.evaluation)).size).toBe(1);
    await api.world.settle();
    expect(await api.world.store.list(keys.prefix.pending)).toEqual([]);
    expect(await api.world.store.list(keys.prefix.evaluationEntries)).toHaveLength(1);
  });

  it('takes the problem set pushed last under a name, or the one whose digest is given', async () => {
    const api = await ApiWorld.create();
    const old = await api.evaluate();
    const five = await api.pushSums(5);
    const newest = await api.evaluate();
    expect(newest).not.toBe(old);
    const named = await api.post('/v1/evaluations', {
      ...wanted,
      benchmarks: [{ name: 'sums', problemSet: five }],
    });
    expect(named.status).toBe(200);
    expect(named.body.evaluation).toBe(newest);
    expect(named.body.benchmarks).toEqual([{ benchmark: 'sums', problemSet: five, samples: 1 }]);
  });

  it('evaluates completions that were recorded elsewhere', async () => {
    const api = await ApiWorld.create();
    await api.pushSums(3);
    const lines = [0, 1, 2].map((i) => ({
      ...{ problem: `sums/${i}`, sample: 0, tokens: 1, finish: 'stop' },
      text: `\\boxed{${2 * i}}`,
    }));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const recorded = await putBlob(api.world.store, new TextEncoder().encode(text));
    const evaluation = await api.evaluated({ generator: { recorded } });
    const { body } = await api.get(`/v1/evaluations/${evaluation}`);
    expect(body.summary.policy).toBe('claimed');
    expect(body.summary.graders.reward.average.mean).toBe(1);
  });

  it('names the version of the model server that the deployment allows', async () => {
    const api = await ApiWorld.create();
    const { status, body } = await api.post('/v1/evaluations', {
      ...wanted,
      generator: { endpoint: 'gpu-box' },
    });
    expect(status).toBe(201);
    expect(body.generator).toEqual({ kind: 'endpoint', name: 'gpu-box', version: 'vllm/1' });
  });

  it('counts the cost of what has to be made alone', async () => {
    const api = await ApiWorld.create({ costUsd: (tokens) => tokens });
    await api.evaluated({ benchmarks: ['sums'], limit: 50 });
    const asked = { ...wanted, benchmarks: ['sums'] };
    expect((await api.post('/v1/evaluations', { ...asked, maxCostUsd: 10 * 900 - 1 })).status).toBe(422);
    expect((await api.post('/v1/evaluations', { ...asked, maxCostUsd: 10 * 900 })).status).toBe(201);
  });

  it('passes the limit of cost on to plan', async () => {
    const api = await ApiWorld.create({ costUsd: () => 0 });
    const evaluation = await api.evaluate({ maxCostUsd: 0.001 });
    await api.world.settle();
    api.passTime();
    const { body } = await api.get(`/v1/evaluations/${evaluation}`);
    expect(body).toMatchObject({ status: 'refused', over: true, refused: { code: 'cost-too-high' } });
  });

  it.each<[string, object]>([
    ['model-missing', { model: 'n'.repeat(26) }],
    ['benchmark-unknown', { benchmarks: ['constructor'] }],
    ['problem-set-missing', { benchmarks: ['drawn'] }],
    ['problem-set-missing', { benchmarks: [{ name: 'sums', problemSet: 'q'.repeat(26) }] }],
    ['completions-missing', { generator: { recorded: 'f'.repeat(64) } }],
    ['endpoint-unknown', { generator: { endpoint: 'constructor' } }],
    ['precision-unsupported', { generator: { recorded: '0'.repeat(64) }, precision: 'int8' }],
    ['cost-too-high', { maxCostUsd: 0.001 }],
    ['samples-equal', { samples: 3 }],
  ])('answers 422 %s for %j, and stores nothing', async (code, change) => {
    const api = await ApiWorld.create();
    const before = await api.world.contents();
    const { status, body } = await api.post('/v1/evaluations', { ...wanted, ...change });
    expect([status, body.code]).toEqual([422, code]);
    expect(await api.world.contents()).toEqual(before);
    expect(api.world.sent).toEqual([]);
  });

  it('refuses a problem set of another benchmark, whose scores would be nobody’s', async () => {
    const api = await ApiWorld.create();
    const problemSet = await api.pushSums(5);
    const { status, body } = await api.post('/v1/evaluations', {
      ...wanted,
      benchmarks: [{ name: 'drawn', problemSet }],
    });
    expect([status, body.code]).toEqual([422, 'problem-set-mismatch']);
    expect(body.detail).toContain('sums/0');
  });

  it('refuses more completions, or a larger model, than the host takes', async () => {
    const few = await ApiWorld.create({ maxCompletions: 59 });
    expect((await few.post('/v1/evaluations', wanted)).body.code).toBe('too-many-completions');
    expect((await few.post('/v1/evaluations', { ...wanted, limit: 59 })).status).toBe(201);
    const small = await ApiWorld.create({ worker: { memoryMib: 3008, diskBytes: 5, turnSeconds: 300 } });
    const files = { 'model.safetensors': { sha256: 'a'.repeat(64), sizeBytes: 6 } };
    await put(small.world.store, record.model('b'.repeat(26)), { files });
    const { body } = await small.post('/v1/evaluations', { ...wanted, model: 'b'.repeat(26) });
    expect(body.code).toBe('model-too-large');
  });
});

describe('GET /v1/evaluations/{evaluation}', () => {
  it('tells planning, running and done apart, with the shards that have ended', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const look = async () => {
      api.passTime();
      const { body } = await api.get(`/v1/evaluations/${evaluation}`);
      return [body.status, body.coverage];
    };
    expect(await look()).toEqual(['planning', null]);
    await step(api);
    expect(await look()).toEqual(['running', { shards: 3, done: 0 }]);
    for (let i = 0; i < 4; i++) await step(api); // three generate messages, the first verify message
    expect(await look()).toEqual(['running', { shards: 3, done: 1 }]);
    await api.world.settle();
    expect(await look()).toEqual(['done', { shards: 3, done: 3 }]);
  });

  it('answers 304 to who knows the newest state, and 200 once it has changed', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const path = `/v1/evaluations/${evaluation}`;
    const etag = (await api.get(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    const again = await api.get(path, { headers: { 'if-none-match': etag } });
    expect([again.status, again.body]).toEqual([304, '']);
    await api.world.settle();
    api.passTime();
    const changed = await api.get(path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('lists outcomes once in five seconds, however often it is asked', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await step(api);
    let lists = 0;
    const { store } = api.world;
    const list = store.list.bind(store);
    store.list = (...args) => {
      lists++;
      return list(...args);
    };
    api.passTime();
    for (let i = 0; i < 10; i++) await api.get(`/v1/evaluations/${evaluation}`);
    expect(lists).toBe(3); // rounds, pending rounds, outcomes
  });

  it('sends one verify message for a round whose last worker died before the summary', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const { interrupted, summary } = await withoutSummary(api, evaluation);
    const { body } = await interrupted.get(`/v1/evaluations/${evaluation}`);
    expect(body).toMatchObject({ status: 'running', coverage: { shards: 3, done: 3 }, summary: null });
    expect(interrupted.world.sent).toEqual([
      { schemaVersion: 1, type: 'verify-shard', evaluation, round: 0, shard: 0 },
    ]);
    await interrupted.world.settle();
    expect((await interrupted.get(`/v1/evaluations/${evaluation}`)).body.summary).toEqual(summary);
    expect(interrupted.world.sent).toEqual([]);
  });

  it('is 404 for evaluations that nobody asked for', async () => {
    const api = await ApiWorld.create();
    const { status, body } = await api.get(`/v1/evaluations/${'q'.repeat(26)}`);
    expect([status, body.code]).toEqual([404, 'evaluation-unknown']);
  });
});

/** Delivers the oldest message. */
async function step(api: ApiWorld): Promise<void> {
  const message = api.world.sent.shift();
  if (message) await api.world.deliver(message);
}

/** The same store, killed right before its summary. */
async function withoutSummary(api: ApiWorld, evaluation: string) {
  const key = keys.summary({ evaluation, round: 0 });
  const summary = await read(api.world.store, record.summary.at(key));
  const interrupted = await ApiWorld.create();
  for (const each of await api.world.store.list('')) {
    if (each !== key)
      await interrupted.world.store.putOnce(each, (await api.world.store.get(each)) as Uint8Array);
  }
  return { interrupted, summary };
}
