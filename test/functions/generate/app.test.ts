import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { generate } from '#functions/generate/app.ts';
import type { Sampler } from '#functions/generate/sampler.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { Made } from '#shared/ports/generator.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

const OTHER_MODEL = 'n'.repeat(26);
const SERVER = { kind: 'endpoint' as const, name: 'server', version: '1' };

const headers = { 'content-type': 'application/json' };

/** A world and the shards of some evaluations in it, in turns. */
async function shardsOf(
  ...changes: readonly Partial<GenerationSpec>[]
): Promise<{ readonly world: SmallWorld; readonly shards: readonly Message[] }> {
  const world = await SmallWorld.create();
  world.capacity = { ...world.capacity, endpoints: [SERVER.name] };
  await put(world.store, record.model(OTHER_MODEL), { files: {} });
  const request = await world.request();
  const planned: Message[][] = [];
  for (const change of changes) {
    await world.deliver(await world.ask({ ...request, generation: { ...request.generation, ...change } }));
    planned.push(world.sent.splice(0));
  }
  const rounds = planned[0]?.map((_, i) => planned.map((shards) => shards[i] as Message)) ?? [];
  return { world, shards: rounds.flat() };
}

it.each([
  ['one shard at a time of what is no decoder', [{ generator: SERVER }], { most: 1, together: 1 }],
  ['shards of one decoder side by side', [{}], { most: 3, together: 1 }],
  ['one model at a time', [{}, { model: OTHER_MODEL }], { together: 1 }],
  ['one precision at a time', [{}, { precision: 'int8' as const }], { together: 1 }],
  ['evaluations of one decoder side by side', [{}, { seed: 5 }], { most: 6, together: 1 }],
])('makes %s, whatever comes meanwhile', async (_, changes, expected) => {
  const { world, shards } = await shardsOf(...changes);
  const atWork: string[] = [];
  let [most, together, sampled] = [0, 0, 0];
  const sampler = async ({ generator, model, precision }: GenerationSpec): Promise<Sampler> => {
    atWork.push(`${generator.kind} ${model} ${precision}`); // from here on another model would take this one's place
    most = Math.max(most, atWork.length);
    together = Math.max(together, new Set(atWork).size);
    await sleep(1);
    const complete: Sampler['complete'] = async (items) => {
      await sleep(5);
      atWork.pop();
      sampled += 1;
      return items.map((item) => ({ ...item, text: '', tokens: 1, finish: 'stop' }));
    };
    return { policy: 'verified', batch: Number.POSITIVE_INFINITY, complete };
  };
  const { store, send } = world;
  const app = generate({ store, send, sampler, remainingMs: () => Number.POSITIVE_INFINITY });
  const answers = await Promise.all(
    shards.map((shard) => app.request('/', { method: 'POST', headers, body: JSON.stringify(shard) })),
  );
  expect(answers.map(({ status }) => status)).toEqual(shards.map(() => 200));
  expect({ most, together, sampled }).toMatchObject({ ...expected, sampled: shards.length });
});

it('tells of a sampler once its completions are asked for', async () => {
  const { world, shards } = await shardsOf({});
  const events: string[] = [];
  const sampler: Sampler = {
    policy: 'verified',
    batch: Number.POSITIVE_INFINITY,
    complete: async (items) => {
      events.push('asked');
      await sleep(1);
      events.push('made');
      return items.map((item) => ({ ...item, text: '', tokens: 1, finish: 'stop' }));
    },
  };
  const { store, send } = world;
  const app = generate({
    ...{ store, send, sampler: async () => sampler, remainingMs: () => Number.POSITIVE_INFINITY },
    onAsked: (told) => events.push(told === sampler ? 'told' : 'of another'),
  });
  for (const _ of [0, 1])
    await app.request('/', { method: 'POST', headers, body: JSON.stringify(shards[0]) });
  expect(events).toEqual(['asked', 'told', 'made']); // the second time it was there
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
