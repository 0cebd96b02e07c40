import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messaging/messages.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

describe('a cancelled round', () => {
  it('ends with every shard failed as cancelled, and makes no completion', async () => {
    const { world, request } = await asked();
    await cancel(world, request);
    await world.settle();
    expect((await summary(world, request)).coverage).toEqual({
      shards: 3,
      scored: 0,
      failed: { cancelled: 3 },
    });
    expect((await world.store.list('generations/')).filter((key) => key.includes('/completions/'))).toEqual(
      [],
    );
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('keeps the outcomes that were there', async () => {
    const { world, request } = await asked();
    const [first, ...others] = world.sent.splice(0) as [Message, ...Message[]];
    world.sent.push(first);
    await world.settle();
    await cancel(world, request);
    world.sent.push(...others);
    await world.settle();
    expect((await summary(world, request)).coverage).toEqual({
      shards: 3,
      scored: 1,
      failed: { cancelled: 2 },
    });
  });

  it('gives up completions that were made but not judged', async () => {
    const { world, request } = await asked();
    for (const message of world.sent.splice(0)) await world.deliver(message);
    await cancel(world, request);
    await world.settle();
    expect((await summary(world, request)).coverage.failed).toEqual({ cancelled: 3 });
  });

  it('may be cancelled before it was planned', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await cancel(world, request);
    await world.deliver(await world.ask(request));
    await world.settle();
    expect((await summary(world, request)).coverage.scored).toBe(0);
  });

  it('changes nothing once it is over', async () => {
    const { world, request } = await asked();
    const shards = [...world.sent];
    await world.settle();
    const before = [...(await world.contents())];
    await cancel(world, request);
    for (const message of shards) await world.deliver(message);
    await world.settle();
    const marker = keys.cancelled({ evaluation: evaluationId(request), round: 0 });
    expect([...(await world.contents())].filter(([key]) => key !== marker)).toEqual(before);
  });

  it('can be retried', async () => {
    const { world, request } = await asked();
    await cancel(world, request);
    await world.settle();
    const evaluation = evaluationId(request);
    await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 1 });
    await world.settle();
    const again = await read(world.store, record.summary({ evaluation, round: 1 }));
    expect(again.coverage).toEqual({ shards: 3, scored: 3, failed: {} });
  });
});

async function asked(): Promise<{ readonly world: SmallWorld; readonly request: EvaluationRequest }> {
  const world = await SmallWorld.create();
  const request = await world.request();
  await world.deliver(await world.ask(request));
  return { world, request };
}

async function cancel(world: SmallWorld, request: EvaluationRequest): Promise<void> {
  const ref = { evaluation: evaluationId(request), round: 0 };
  await put(world.store, record.cancelled(ref), {});
}

function summary(world: SmallWorld, request: EvaluationRequest): Promise<Summary> {
  return read(world.store, record.summary({ evaluation: evaluationId(request), round: 0 }));
}
