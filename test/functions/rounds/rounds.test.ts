import { describe, expect, it } from 'vitest';
import { sweep } from '#functions/sweep/sweep.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

describe('a retry', () => {
  it('runs only the shards that failed', async () => {
    const { world, request } = await failed([1]);
    await world.deliver(asks(request, 1));
    expect(world.sent).toEqual([{ schemaVersion: 1, type: 'verify-shard', ...ref(request, 1), shard: 1 }]);
  });

  it('makes completions again only where they are missing', async () => {
    const { world, request } = await failed([0, 2], 'generate-shard');
    await world.deliver(asks(request, 1));
    expect(world.sent.map(({ type }) => type)).toEqual(['generate-shard', 'generate-shard']);
  });

  it('takes good outcomes by reference', async () => {
    const { world, request } = await failed([1]);
    await world.deliver(asks(request, 1));
    expect(await origins(world, request, 1)).toEqual([
      keys.outcome(ref(request, 0), 0),
      undefined,
      keys.outcome(ref(request, 0), 2),
    ]);
  });

  it('ends in the summary of a round in which nothing failed', async () => {
    const { world, request } = await failed([1]);
    const calm = await SmallWorld.create();
    await calm.deliver(await calm.ask(await calm.request()));
    await calm.settle();
    await retry(world, request, 1);
    const [healed, right] = [await summary(world, request, 1), await summary(calm, request, 0)];
    expect(healed).toEqual({ ...right, round: 1 });
    expect((await summary(world, request, 0)).coverage.failed).toEqual({ 'verify-dead': 1 });
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('of a retry refers to the round in which each shard came out well', async () => {
    const { world, request } = await failed([0, 1]);
    await world.deliver(asks(request, 1));
    const [first, second] = world.sent.splice(0) as [Message, Message];
    await world.bury(first);
    await world.deliver(second);
    await retry(world, request, 2);
    expect(await origins(world, request, 2)).toEqual([
      undefined,
      keys.outcome(ref(request, 1), 1),
      keys.outcome(ref(request, 0), 2),
    ]);
    expect((await summary(world, request, 2)).coverage).toEqual({ shards: 3, scored: 3, failed: {} });
  });

  it('of a round in which nothing failed is over at once, and stores no outcome', async () => {
    const { world, request } = await failed([]);
    await retry(world, request, 1);
    expect((await summary(world, request, 1)).coverage.scored).toBe(3);
    expect(await world.store.list(keys.prefix.outcomes(ref(request, 1)))).toEqual([]);
  });

  it('before the summary waits for it, and is asked for again by the sweep', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await world.deliver(await world.ask(request));
    const shards = world.sent.splice(0);
    await world.deliver(asks(request, 1));
    expect(world.sent).toEqual([]);
    expect(await world.store.get(keys.refused(ref(request, 1)))).toBeUndefined();

    world.sent.push(...shards);
    await world.settle();
    await sweepAll(world);
    expect((await summary(world, request, 1)).coverage.scored).toBe(3);
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('of a refused round plans it anew', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    world.capacity = { ...world.capacity, costUsd: () => 2 };
    await put(world.store, record.pendingEvaluation(ref(request, 0)), { ...promise, maxCostUsd: 1 });
    await world.deliver(await world.ask(request));
    expect(await world.store.get(keys.refused(ref(request, 0)))).toBeDefined();
    await retry(world, request, 1);
    expect((await summary(world, request, 1)).coverage.scored).toBe(3);
  });

  it('after a refused retry keeps what the round before that one reached', async () => {
    const { world, request } = await failed([1]);
    await put(world.store, record.refused(ref(request, 1)), { code: 'x', detail: '' });
    await world.deliver(asks(request, 2));
    expect(world.sent).toHaveLength(1);
  });

  it('gives no outcome of its own to a shard that came out well before', async () => {
    const { world, request } = await failed([1]);
    await retry(world, request, 1);
    const before = await world.contents();
    await world.bury({ schemaVersion: 1, type: 'verify-shard', ...ref(request, 1), shard: 0 });
    await put(world.store, record.cancelled(ref(request, 1)), {});
    await world.deliver({ schemaVersion: 1, type: 'verify-shard', ...ref(request, 1), shard: 0 });
    const marker = keys.cancelled(ref(request, 1));
    expect([...(await world.contents())].filter(([key]) => key !== marker)).toEqual([...before]);
  });
});

describe('a dead plan message', () => {
  it('of a round that was planned asks for its open shards instead of refusing it', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const message = await world.ask(request);
    await world.deliver(message);
    world.sent.length = 0;
    await world.bury(message);
    expect(await world.store.get(keys.refused(ref(request, 0)))).toBeUndefined();
    await world.settle();
    expect((await summary(world, request, 0)).coverage.scored).toBe(3);
  });

  it('does not keep a round open whose completions are damaged', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const message = await world.ask(request);
    await world.deliver(message);
    const { generation } = await read(world.store, record.roundManifest(ref(request, 0)));
    await world.store.putOnce(keys.part(generation, 1, 0), new Uint8Array([1, 2, 3]));
    const dead = world.sent.splice(1, 1)[0] as Message;
    await expect(world.deliver(dead)).rejects.toThrow('cannot be read');
    await world.settle();
    await world.bury(dead);
    expect((await summary(world, request, 0)).coverage.failed).toEqual({ 'generate-dead': 1 });
  });
});

const promise = { schemaVersion: 1, createdAt: 0 };

/** An evaluation whose first round ended with these shards failed. */
async function failed(
  shards: readonly number[],
  type: Message['type'] = 'verify-shard',
): Promise<{ readonly world: SmallWorld; readonly request: EvaluationRequest }> {
  const world = await SmallWorld.create();
  const request = await world.request();
  await world.deliver(await world.ask(request));
  for (let message = world.sent.shift(); message; message = world.sent.shift()) {
    const dies = message.type === type && 'shard' in message && shards.includes(message.shard);
    if (dies) await world.bury(message);
    else await world.deliver(message);
  }
  return { world, request };
}

async function retry(world: SmallWorld, request: EvaluationRequest, round: number): Promise<void> {
  await world.deliver(asks(request, round));
  await world.settle();
}

async function sweepAll(world: SmallWorld): Promise<void> {
  const due = { patienceMs: 1, intervalMs: Number.POSITIVE_INFINITY };
  await sweep({ store: world.store, send: world.send, clock: { now: () => world.now }, ...due });
  await world.settle();
}

function ref(request: EvaluationRequest, round: number): { evaluation: string; round: number } {
  return { evaluation: evaluationId(request), round };
}

function asks(request: EvaluationRequest, round: number): Message {
  return { schemaVersion: 1, type: 'evaluation-requested', ...ref(request, round) };
}

function summary(world: SmallWorld, request: EvaluationRequest, round: number): Promise<Summary> {
  return read(world.store, record.summary(ref(request, round)));
}

async function origins(
  world: SmallWorld,
  request: EvaluationRequest,
  round: number,
): Promise<readonly (string | undefined)[] | undefined> {
  const manifest = await find(world.store, record.roundManifest(ref(request, round)));
  return manifest?.shards.map(({ from }) => from);
}
