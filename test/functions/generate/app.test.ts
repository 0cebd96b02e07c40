import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { generate } from '#functions/generate/app.ts';
import type { Sampler } from '#functions/generate/sampler.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Made } from '#shared/ports/generator.ts';
import { SmallWorld } from '../small-world.ts';

it('loads a model and samples for one shard at a time, whatever comes meanwhile', async () => {
  const world = await SmallWorld.create();
  await world.deliver(await world.ask(await world.request()));
  const shards = world.sent.splice(0);
  expect(shards.length).toBeGreaterThan(1);
  let [busy, most, sampled] = [0, 0, 0];
  const sampler = async (): Promise<Sampler> => {
    busy += 1; // from here on another model would take this one's place
    most = Math.max(most, busy);
    await sleep(1);
    const complete: Sampler['complete'] = async (items) => {
      await sleep(5);
      busy -= 1;
      sampled += 1;
      return items.map((item) => ({ ...item, text: '', tokens: 1, finish: 'stop' }));
    };
    return { policy: 'verified', batch: Number.POSITIVE_INFINITY, complete };
  };
  const { store, send } = world;
  const app = generate({ store, send, sampler, remainingMs: () => Number.POSITIVE_INFINITY });
  const answers = await Promise.all(
    shards.map((shard) =>
      app.request('/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(shard),
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(shards.map(() => 200));
  expect({ most, sampled }).toEqual({ most: 1, sampled: shards.length });
});

it('makes a shard once that is delivered twice at once', async () => {
  const world = await SmallWorld.create();
  await world.deliver(await world.ask(await world.request()));
  const [shard] = world.sent.splice(0);
  let sampled = 0;
  const complete: Sampler['complete'] = async (items) => {
    await sleep(5);
    sampled += 1;
    return items.map((item) => ({ ...item, text: '', tokens: 1, finish: 'stop' }));
  };
  const { store, send } = world;
  const app = generate({
    store,
    send,
    sampler: async () => ({ policy: 'verified', batch: Number.POSITIVE_INFINITY, complete }),
    remainingMs: () => Number.POSITIVE_INFINITY,
  });
  const headers = { 'content-type': 'application/json' };
  const deliver = () => app.request('/', { method: 'POST', headers, body: JSON.stringify(shard) });
  const answers = await Promise.all([deliver(), deliver(), deliver()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(sampled).toBe(1);
  expect(world.sent.map(({ type }) => type)).toEqual(['verify-shard', 'verify-shard', 'verify-shard']);
});

it('tells of a shard what there is, counted on over the batches that a sampler takes', async () => {
  const world = await SmallWorld.create();
  await world.deliver(await world.ask(await world.request()));
  const [shard] = world.sent.splice(0);
  const complete: Sampler['complete'] = async (items, _, { onMade }) => {
    onMade({ completions: items.length, tokens: 7 * items.length });
    return items.map((item) => ({ ...item, text: '', tokens: 7, finish: 'stop' }));
  };
  const told: Made[] = [];
  const { store, send } = world;
  const app = generate({
    store,
    send,
    sampler: async () => ({ policy: 'verified', batch: 1, complete }),
    remainingMs: () => Number.POSITIVE_INFINITY,
    onMade: (_, made) => told.push(made),
  });
  const headers = { 'content-type': 'application/json' };
  expect((await app.request('/', { method: 'POST', headers, body: JSON.stringify(shard) })).status).toBe(200);
  expect(told.length).toBeGreaterThan(1);
  expect(told).toEqual(told.map((_, at) => ({ completions: at + 1, tokens: 7 * (at + 1) })));
});

it('tells what a turn came to, and what the model took of its time', async () => {
  const world = await SmallWorld.create();
  await world.deliver(await world.ask(await world.request({ problems: 3 })));
  const [shard] = world.sent.splice(0);
  const complete: Sampler['complete'] = async (items, _, { onOpen, onRun }) => {
    onRun('prompts', 2);
    onRun('steps', 3);
    onRun('steps', 4);
    const [last] = items.slice(-1) as [(typeof items)[number]];
    await onOpen(last, { tokens: [5, 6], cache: () => new ArrayBuffer(4) });
    return items.map((item) =>
      item === last ? undefined : { ...item, text: '', tokens: 7, finish: 'stop' },
    );
  };
  const told: LogEntry[] = [];
  const { store, send } = world;
  const app = generate({
    store,
    send,
    sampler: async (_, onLoad) => {
      onLoad('fetch', 1);
      onLoad('open', 0.5);
      onLoad('fetch', 0.5);
      return { policy: 'verified', batch: Number.POSITIVE_INFINITY, complete };
    },
    remainingMs: () => Number.POSITIVE_INFINITY,
    log: (entry) => told.push(entry),
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await app.request('/', { method: 'POST', headers, body: JSON.stringify(shard) });
  const loading = { fetch: 1.5, round: 0, wait: 0, open: 0.5, load: expect.any(Number) };
  const facts = {
    completions: 2,
    handedOver: 1,
    tokens: { ended: 14, gained: 2, again: 0 },
    caches: { stored: 1, late: 0, refused: 0, read: 0, lost: 0 },
    seconds: { ...loading, prompts: 2, steps: 7, make: expect.any(Number), store: expect.any(Number) },
    peakBytes: expect.any(Number),
  };
  expect(await answer.json()).toEqual(facts);
  expect(told).toMatchObject([{ level: 'info', event: 'turn-ended', shard: 0, ...facts }]);
  expect(world.sent).toEqual([shard]);
});
