import { describe, expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { followProgress, type Progress } from '#functions/results/evaluations/follow-progress.ts';
import { Memory } from '#functions/results/memory.ts';
import { ApiWorld } from './api-world.ts';

describe('GET /v1/evaluations/{evaluation}/events', () => {
  it('tells of an evaluation that is over and ends', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const { status, headers, body } = await api.get(`/v1/evaluations/${evaluation}/events`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/event-stream');
    const progress = { evaluation, round: 0, status: 'done', over: true, coverage: { shards: 3, done: 3 } };
    expect(body).toBe(`event: progress\ndata: ${JSON.stringify(progress)}\nid: 0.done.3\nretry: 3000\n\n`);
  });

  it('tells who comes back what has changed since, and who has seen the end nothing more', async () => {
    const api = await ApiWorld.create();
    const path = `/v1/evaluations/${await api.evaluated()}/events`;
    const since = (id: string) => api.get(path, { headers: { 'last-event-id': id } });
    expect((await since('0.running.2')).body).toContain('id: 0.done.3');
    const { status, body } = await since('0.done.3');
    expect([status, body]).toEqual([204, '']);
  });

  it('says to poll where the host cannot stream', async () => {
    const api = await ApiWorld.create({ canStream: false });
    const evaluation = await api.evaluate();
    const { status, body } = await api.get(`/v1/evaluations/${evaluation}/events`);
    expect([status, body.code]).toEqual([501, 'streaming-unavailable']);
    expect(body.detail).toContain(`GET /v1/evaluations/${evaluation}`);
  });

  it('is 404 for evaluations that nobody asked for', async () => {
    const api = await ApiWorld.create();
    expect((await api.get(`/v1/evaluations/${'q'.repeat(26)}/events`)).status).toBe(404);
  });
});

describe('a stream of events that fails', () => {
  it('is told to the log, and ends', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    api.passTime();
    api.world.store.list = async () => {
      throw new Error('for a moment');
    };
    const { status, body } = await api.get(`/v1/evaluations/${evaluation}/events`);
    expect([status, body]).toEqual([200, '']);
    expect(api.logged).toEqual([expect.objectContaining({ event: 'events-failed' })]);
  });
});

describe('followProgress', () => {
  it('tells of each change once, until the round is over', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    const seen = await follow(api, evaluation, async () => {
      const message = api.world.sent.shift();
      if (message) await api.world.deliver(message);
      return true;
    });
    expect(seen.map(({ status }) => status)).toEqual(['planning', 'running', 'running', 'running', 'done']);
    expect(seen.map(({ coverage }) => coverage?.done)).toEqual([undefined, 0, 1, 2, 3]);
  });

  it('ends when nobody listens any more', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    expect(await follow(api, evaluation, async () => false)).toHaveLength(1);
  });
});

async function follow(
  api: ApiWorld,
  evaluation: string,
  wait: () => Promise<boolean>,
): Promise<readonly Progress[]> {
  const { store, send } = api.world;
  const lists = new CachedLists(store, { now: () => api.world.now });
  const seen: Progress[] = [];
  const waitLong = () => {
    api.passTime();
    return wait();
  };
  for await (const progress of followProgress(
    evaluation,
    { store, send, lists, finished: new Memory(1) },
    waitLong,
  ))
    seen.push(progress);
  return seen;
}
