import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { keys } from '#shared/storage/keys.ts';
import { ApiWorld } from './api-world.ts';

const redrive = (letter: string) => `/v1/dead-letters/${letter}/redrive`;

/** Keeps a message as a stage does that cannot read it, and gives back its letter. */
async function keep(api: ApiWorld, body: string): Promise<string> {
  await api.world.store.putOnce(keys.dead(sha256Hex(body)), new TextEncoder().encode(body));
  api.passTime();
  return sha256Hex(body);
}

describe('a dead letter of an evaluation', () => {
  let api: ApiWorld;
  let evaluation: string;
  beforeEach(async () => {
    api = await ApiWorld.create();
    evaluation = await api.evaluate();
    await api.settleWithDeadShard();
  });

  it('is listed with its reason, redriven as the next round, and then none any more', async () => {
    const { body } = await api.get('/v1/dead-letters');
    expect(body.items).toMatchObject([
      { letter: evaluation, kind: 'evaluation', round: 0, reasons: { 'generate-dead': 1 }, obstacle: null },
    ]);
    expect(body.items[0].detail).toContain('failed on every attempt');
    const answer = await api.post(redrive(evaluation));
    expect([answer.status, answer.body]).toEqual([202, { letter: evaluation, evaluation, round: 1 }]);
    await api.world.settle();
    api.passTime();
    expect((await api.get('/v1/dead-letters')).body.items).toEqual([]);
    const { summary } = (await api.get(`/v1/evaluations/${evaluation}`)).body;
    expect(summary.coverage).toEqual({ shards: 3, scored: 3, failed: {} });
  });

  it('is asked for once however many redrive it at once, and says so to who comes later', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => api.post(redrive(evaluation))));
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    const late = await api.post(redrive(evaluation));
    expect([late.status, late.body.code]).toEqual([409, 'round-running']);
    await api.world.settle();
    api.passTime();
    expect(await api.world.store.list(keys.prefix.rounds(evaluation), { delimiter: '/' })).toHaveLength(2);
    const done = await api.post(redrive(evaluation));
    expect([done.status, done.body.code]).toEqual([404, 'letter-unknown']);
  });

  it('stays where its evaluation was cancelled, which a retry runs all the same', async () => {
    await api.post(redrive(evaluation));
    await api.post(`/v1/evaluations/${evaluation}/cancel`);
    await api.settleWithDeadShard();
    const { status, body } = await api.post(redrive(evaluation));
    expect([status, body.code]).toEqual([409, 'letter-cancelled']);
    expect(api.world.sent).toEqual([]);
    const { items } = (await api.get('/v1/dead-letters')).body;
    expect(items).toMatchObject([{ letter: evaluation, round: 1, obstacle: 'letter-cancelled' }]);
    expect((await api.post(`/v1/evaluations/${evaluation}/retry`)).status).toBe(202);
  });
});

it('a plan that died is a letter, though no listing has its evaluation', async () => {
  const api = await ApiWorld.create();
  const evaluation = await api.evaluate();
  for (const message of api.world.sent.splice(0)) await api.world.bury(message);
  api.passTime();
  const { items } = (await api.get('/v1/dead-letters')).body;
  expect(items).toMatchObject([{ letter: evaluation, reasons: { 'plan-dead': 1 }, obstacle: null }]);
  expect((await api.post(redrive(evaluation))).status).toBe(202);
  await api.world.settle();
  api.passTime();
  expect((await api.get(`/v1/evaluations/${evaluation}`)).body).toMatchObject({ round: 1, status: 'done' });
});

describe('a message that no stage accepted', () => {
  it('goes back to its queue once this version accepts it, twice without harm, and stays to be looked at', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const message = { schemaVersion: 1, type: 'verify-shard', evaluation, round: 0, shard: 0 };
    const letter = await keep(api, JSON.stringify(message));
    const listed = async () => (await api.get('/v1/dead-letters')).body.items;
    expect(await listed()).toMatchObject([{ letter, kind: 'message', obstacle: null, redriven: false }]);
    const answers = await Promise.all([1, 2].map(() => api.post(redrive(letter))));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(api.world.sent).toEqual([message, message]);
    await api.world.settle();
    expect(await listed()).toMatchObject([{ letter, redriven: true }]);
  });

  it('stays as it came where this version does not accept it', async () => {
    const api = await ApiWorld.create();
    const body = '{"type":"verify-shard","schemaVersion":2}';
    const letter = await keep(api, body);
    const { items } = (await api.get('/v1/dead-letters')).body;
    expect(items).toMatchObject([{ letter, evaluation: null, detail: body, obstacle: 'letter-unreadable' }]);
    const { status, body: problem } = await api.post(redrive(letter));
    expect([status, problem.code]).toEqual([422, 'letter-unreadable']);
    expect(api.world.sent).toEqual([]);
    expect((await api.get('/v1/dead-letters')).body.items).toHaveLength(1);
  });

  it('stays where its round was cancelled', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.post(`/v1/evaluations/${evaluation}/cancel`);
    const letter = await keep(
      api,
      JSON.stringify({ schemaVersion: 1, type: 'generate-shard', evaluation, round: 0, shard: 0 }),
    );
    expect((await api.post(redrive(letter))).body.code).toBe('letter-cancelled');
  });
});

it.each(['a'.repeat(26), 'f'.repeat(64)])('%s is no letter', async (letter) => {
  const api = await ApiWorld.create();
  const { status, body } = await api.post(redrive(letter));
  expect(status).toBe(404);
  expect(['letter-unknown', 'evaluation-unknown']).toContain(body.code);
});

it('needs a token that may write', async () => {
  const api = await ApiWorld.create();
  const token = await api.token('read');
  expect((await api.ask('POST', redrive('f'.repeat(64)), { token })).status).toBe(403);
});
