import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationEntry } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MODEL, SmallWorld } from '../small-world.ts';

describe('the index of evaluations', () => {
  it('says of an evaluation what a listing shows', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await world.deliver(await world.ask(request));
    expect(await entries(world.store)).toEqual([
      {
        schemaVersion: 1,
        evaluation: evaluationId(request),
        createdAt: 1000,
        model: MODEL,
        benchmarks: ['sums'],
        graders: ['reward'],
      },
    ]);
  });

  it('lists the newest first', async () => {
    const world = await SmallWorld.create();
    for (const problems of [1, 2, 3]) {
      world.now += 1000;
      await world.deliver(await world.ask(await world.request({ problems })));
    }
    expect((await entries(world.store)).map(({ createdAt }) => createdAt)).toEqual([4000, 3000, 2000]);
  });

  it('dates an evaluation from when it was promised, not from when it was planned', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const ref = { evaluation: evaluationId(request), round: 0 };
    await put(world.store, record.pendingEvaluation(ref), { createdAt: 77 });
    await world.deliver(await world.ask(request));
    expect((await entries(world.store)).map(({ createdAt }) => createdAt)).toEqual([77]);
  });

  it('names the checkpoint that asked', async () => {
    const world = await SmallWorld.create();
    const ref = { run: 'r', step: 5, incarnation: 1 };
    const checkpoint = { schemaVersion: 1, step: 5, model: MODEL, state: {}, parent: null, steps: [] };
    await put(world.store, record.checkpoint(ref), { ...checkpoint, evaluation: await world.request() });
    await world.deliver({ schemaVersion: 1, type: 'checkpoint-committed', ...ref } as Message);
    expect((await entries(world.store)).map((entry) => entry.checkpoint)).toEqual([{ run: 'r', step: 5 }]);
  });

  it('holds an evaluation once, however often and late it is planned, swept or retried', async () => {
    const world = await SmallWorld.create();
    const message = await world.ask(await world.request());
    await world.deliver(message);
    world.now += 1000;
    await world.deliver(message);
    await world.settle();
    world.now += 1000;
    await world.deliver(message);
    await world.deliver({ ...message, round: 1 } as Message);
    expect(await entries(world.store)).toHaveLength(1);
  });

  it('does not hold what was refused', async () => {
    const world = await SmallWorld.create();
    world.capacity = { ...world.capacity, worker: { ...world.capacity.worker, memoryMib: 1 } };
    await world.deliver(await world.ask(await world.request()));
    expect(await entries(world.store)).toEqual([]);
    expect(await world.store.list(keys.prefix.allGenerationEntries)).toEqual([]);
  });
});

async function entries(store: ObjectStore): Promise<readonly EvaluationEntry[]> {
  const found = await store.list(keys.prefix.evaluationEntries);
  return Promise.all(found.map((key) => read(store, record.evaluationEntry.at(key))));
}
