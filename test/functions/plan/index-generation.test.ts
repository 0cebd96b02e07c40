import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messaging/messages.ts';
import { evaluationId, generationBasis } from '#shared/storage/evaluation-identity.ts';
import { keys, parseGenerationEntry } from '#shared/storage/keys.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

describe('the index of generations', () => {
  it('has evaluations whose completions depend on the same beside each other, with the round that was planned first', async () => {
    const world = await SmallWorld.create();
    const requests = [await world.request({ samples: 2 }), await world.request({ samples: 3 })];
    for (const request of requests) await world.deliver(await world.ask(request));
    const [basis = ''] = requests.map(({ generation }) => generationBasis(generation));
    const found = await world.store.list(keys.prefix.generationEntries(basis));
    expect(found.map(parseGenerationEntry)).toEqual(requests.map(evaluationId).sort());
    for (const key of found)
      expect(await read(world.store, record.generationEntry.at(key))).toEqual({ schemaVersion: 1, round: 0 });
  });

  it('names a later round where the first was refused', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const { capacity } = world;
    world.capacity = { ...capacity, worker: { ...world.capacity.worker, memoryMib: 1 } };
    const message = await world.ask(request);
    await world.deliver(message);
    world.capacity = capacity;
    await world.deliver({ ...message, round: 1 } as Message);
    const entry = record.generationEntry(generationBasis(request.generation), evaluationId(request));
    expect(await read(world.store, entry)).toMatchObject({ round: 1 });
  });

  it('has no recorded completions, which lie in a blob of their own', async () => {
    const world = await SmallWorld.create();
    const completions = await putBlob(world.store, Buffer.from('{}\n'));
    const { generation, ...rest } = await world.request();
    const generator = { kind: 'recorded' as const, completions };
    await world.deliver(await world.ask({ ...rest, generation: { ...generation, generator } }));
    expect(await world.store.list(keys.prefix.evaluationEntries)).toHaveLength(1);
    expect(await world.store.list(keys.prefix.allGenerationEntries)).toEqual([]);
  });
});
