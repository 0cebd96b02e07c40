import { describe, expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { evaluationTimeline } from '#functions/results/operations/evaluation-timeline.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../../small-world.ts';

async function evaluated(): Promise<{ world: SmallWorld; evaluation: string }> {
  const world = await SmallWorld.create();
  const { evaluation } = await world.ask(await world.request());
  await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 });
  return { world, evaluation };
}

const timelineOf = (world: SmallWorld, evaluation: string) =>
  evaluationTimeline(evaluation, {
    store: world.store,
    lists: new CachedLists(world.store, { now: () => world.now++ * 10_000 }),
  });

describe('the timeline of an evaluation', () => {
  it('has nothing of a shard before its worker has stored anything', async () => {
    const { world, evaluation } = await evaluated();
    const { shards, plannedAt, endedAt } = await timelineOf(world, evaluation);
    expect(shards.map(({ generate, verify }) => [generate, verify])).toEqual([
      [null, null],
      [null, null],
      [null, null],
    ]);
    expect([plannedAt === null, endedAt]).toEqual([false, null]);
  });

  it('begins no stage before the one that it follows, however long its delivery took', async () => {
    const { world, evaluation } = await evaluated();
    await world.settle();
    for (const [delivery, type] of [
      ['d', 'generate-shard'],
      ['e', 'verify-shard'],
    ] as const)
      await put(world.store, record.shardTelemetry({ evaluation, round: 0 }, 1, delivery.repeat(32)), {
        ...{ type, seconds: 3600 },
      });
    const { shards, plannedAt, endedAt, kept } = await timelineOf(world, evaluation);
    const { generate, verify, deliveries } = shards[1] ?? {};
    expect([generate?.seconds, verify?.seconds, deliveries, kept]).toEqual([3600, 3600, 2, 0]);
    const times = [plannedAt, generate?.from, generate?.to, verify?.from, verify?.to, endedAt];
    expect(times).toEqual(times.toSorted());
  });

  it('of a retry has the shards that run again, and counts those that are kept', async () => {
    const { world, evaluation } = await evaluated();
    const [lost] = world.sent.splice(0, 1);
    if (lost) await world.bury(lost);
    await world.settle();
    await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 1 });
    await world.settle();
    const { round, shards, kept, askedAt } = await timelineOf(world, evaluation);
    expect([round, shards.map(({ shard }) => shard), kept, askedAt]).toEqual([1, [0], 2, null]);
  });
});
