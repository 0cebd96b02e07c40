import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messaging/messages.ts';
import type { ByteRange, ObjectStore } from '#shared/ports/object-store.ts';
import type { GenerationSpec, PolicyCheck, TakenOver } from '#shared/records/evaluations.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { ForwardingStore } from '../scheduler/forwarding-store.ts';
import {
  evaluated,
  expectAsFromNothing,
  made,
  newWorld,
  partsOf,
  requestOf,
  roundOf,
  run,
  type SetAsked,
  takenOver,
  worldOver,
} from './amend-world.ts';

const OTHER_MODEL = 'o'.repeat(26);

describe('an evaluation of which another one has completions', () => {
  it('with more samples makes those that are new, and ends as one made from nothing', async () => {
    const { made, world, asked } = await amended([{ samples: 2 }], [{ samples: 5 }]);
    expect(made).toHaveLength(12 * 3);
    expect(await takenOver(world, asked)).toMatchObject({ from: [{ completions: 12 * 2 }] });
    await expectAsFromNothing(world, asked);
  });

  it('with one more benchmark makes that one', async () => {
    const { made } = await amended([{}, { name: 'b' }], [{}, { name: 'c', problems: 5 }, { name: 'b' }]);
    expect(made).toHaveLength(5 * 2);
  });

  it('with more or fewer problems makes those that are new', async () => {
    expect((await amended([{ problems: 7 }], [{ problems: 12 }])).made).toHaveLength(5 * 2);
    expect((await amended([{ problems: 12 }], [{ problems: 7 }])).made).toHaveLength(0);
  });

  it('that has all of them asks no worker to make any', async () => {
    const world = await evaluated([{ samples: 4 }]);
    await world.deliver(await world.ask(await requestOf(world.store, [{ samples: 3 }])));
    expect(new Set(world.sent.map(({ type }) => type))).toEqual(new Set(['verify-shard']));
  });

  it('takes them whatever the reference answers are', async () => {
    const { made, world, asked } = await amended([{}], [{ golds: 'other' }]);
    expect(made).toHaveLength(0);
    await expectAsFromNothing(world, asked);
  });

  it.each<[string, SetAsked]>([
    ['temperature', { temperature: 0.5 }],
    ['top-p', { topP: 0.9 }],
    ['limit of tokens', { maxTokens: 65 }],
    ['wording of the questions', { edition: 'revised' }],
    ['name of the benchmark', { name: 'other' }],
  ])('takes none that are of another %s', async (_, change) => {
    expect((await amended([{}], [change])).made).toHaveLength(12 * 2);
  });

  it.each<[string, Partial<GenerationSpec>]>([
    ['model', { model: OTHER_MODEL }],
    ['template', { template: { kind: 'llama', digest: 't'.repeat(26) } }],
    ['stop token', { stop: ['.'] }],
    ['precision', { precision: 'int8' }],
    ['version of the generator', { generator: { kind: 'onnx', version: '2' } }],
    ['seed', { seed: 1 }],
  ])('takes none that were made with another %s', async (_, change) => {
    const world = await evaluated([{}]);
    await put(world.store, record.model(OTHER_MODEL), { files: {} });
    const asked = await requestOf(world.store, [{ samples: 3 }]);
    const other = { ...asked, generation: { ...asked.generation, ...change } };
    expect(await made(world, () => run(world, other))).toHaveLength(12 * 3);
  });

  it('takes from several, of each what the others do not have', async () => {
    const world = await evaluated([{ samples: 1 }, { name: 'b' }]);
    const few = [{ samples: 3, problems: 4 }];
    await run(world, await requestOf(world.store, few));
    const asked = await requestOf(world.store, [{ samples: 4 }, { name: 'b', problems: 13 }]);
    expect(await made(world, () => run(world, asked))).toHaveLength(12 * 4 + 13 * 2 - (36 + 8));
    const { from } = (await takenOver(world, asked)) as TakenOver;
    expect(from.map(({ completions }) => completions).sort()).toEqual([36, 8]);
    await expectAsFromNothing(world, asked);
  });

  it('takes over that a question cannot be asked', async () => {
    const { made, world, asked } = await amended([{ unasked: 3 }], [{ unasked: 3, samples: 3 }]);
    expect(made).toHaveLength(11);
    await expectAsFromNothing(world, asked);
    await world.deliver(await world.ask(await requestOf(world.store, [{ unasked: 3, samples: 1 }])));
    expect(world.sent.map(({ type }) => type)).toEqual(['verify-shard']);
  });

  it('is claimed where what it takes is claimed', async () => {
    const { world, asked } = await amended([{ samples: 1 }], [{ samples: 2 }], 'claimed');
    const parts = await partsOf(world.store, asked);
    const policies = new Set(parts.map(({ header }) => `${header.policy} ${header.from !== undefined}`));
    expect(policies).toEqual(new Set(['claimed true', 'verified false']));
    expect((await read(world.store, record.summary(roundOf(asked)))).policy).toBe('claimed');
  });
});

describe('the cost of a round', () => {
  it.each([
    ['counts what has to be made alone', 12 * 1000, undefined],
    ['is too high where that costs more', 12 * 1000 - 1, 'cost-too-high'],
  ])('%s', async (_, maxCostUsd, code) => {
    const world = await evaluated([{ samples: 2, maxTokens: 1000 }]);
    world.capacity = { ...world.capacity, costUsd: (tokens) => tokens };
    const asked = await requestOf(world.store, [{ samples: 3, maxTokens: 1000 }]);
    await put(world.store, record.pendingEvaluation(roundOf(asked)), { createdAt: 0, maxCostUsd });
    await run(world, asked);
    expect((await find(world.store, record.refused(roundOf(asked))))?.code).toBe(code);
  });

  it('of a retry is that of what failed', async () => {
    const world = await newWorld();
    const asked = await requestOf(world.store, [{ problems: 60, maxTokens: 1000 }]);
    await world.deliver(await world.ask(asked));
    const [lost] = world.sent.splice(0, 1) as [Message];
    await world.settle();
    await world.bury(lost);
    world.capacity = { ...world.capacity, costUsd: (tokens) => tokens };
    const next = { ...roundOf(asked), round: 1 };
    await put(world.store, record.pendingEvaluation(next), { createdAt: 0, maxCostUsd: 22 * 1000 });
    await world.deliver({ schemaVersion: 1, type: 'evaluation-requested', ...next });
    await world.settle();
    expect((await read(world.store, record.summary(next))).coverage.failed).toEqual({});
  });
});

describe('completions that cannot be taken over', () => {
  it('since their evaluation is gone are made', async () => {
    const world = await evaluated([{}]);
    const request = keys.evaluationRequest(evaluationId(await requestOf(world.store, [{}])));
    expect(await madeOver(await without(world.store, (key) => key === request))).toHaveLength(36);
  });

  it('since they go while they are looked at are made', async () => {
    const world = await evaluated([{}]);
    const { generation } = await requestOf(world.store, [{}]);
    const gone = keys.prefix.allParts(generationId(generation));
    class Vanishing extends ForwardingStore {
      override async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
        return key.startsWith(gone) ? undefined : this.inner.get(key, range);
      }
    }
    expect(await madeOver(new Vanishing(world.store))).toHaveLength(36);
  });

  it.each([
    ['a part', (all: readonly string[]) => all.find((key) => key.includes('/completions/000000/')), 24],
    ['a manifest', (all: readonly string[]) => all.find((key) => /rounds\/00\/manifest/.test(key)), 36],
    ['a request', (all: readonly string[]) => all.find((key) => key.endsWith('/request.json')), 36],
    ['a problem set', (all: readonly string[]) => all.find((key) => key.startsWith('problem-sets/')), 36],
  ])('since %s is damaged are made', async (_, choose, count) => {
    const world = await evaluated([{ golds: 'other', maxTokens: 3000 }]);
    const damaged = choose(await world.store.list('')) as string;
    const store = await without(world.store, (key) => key === damaged);
    await store.putOnce(damaged, new TextEncoder().encode('damaged'));
    expect(await madeOver(store, 3000)).toHaveLength(count);
  });

  it('since no index has them, as in a store of an earlier version, are made', async () => {
    const world = await evaluated([{}]);
    const isEntry = (key: string) => key.startsWith(keys.prefix.allGenerationEntries);
    expect(await madeOver(await without(world.store, isEntry))).toHaveLength(36);
  });
});

async function amended(first: readonly SetAsked[], then: readonly SetAsked[], policy?: PolicyCheck) {
  const world = await evaluated(first, policy);
  const asked = await requestOf(world.store, then);
  return { world, asked, made: await made(world, () => run(world, asked)) };
}

/** What is made of 12 problems with 3 samples over a store. */
async function madeOver(store: ObjectStore, maxTokens = 64): Promise<readonly string[]> {
  const world = worldOver(store);
  const asked = await requestOf(store, [{ samples: 3, maxTokens }]);
  const all = await made(world, () => run(world, asked));
  await expectAsFromNothing(world, asked);
  return all;
}

/** A copy of a store that lacks some objects. */
async function without(store: ObjectStore, isGone: (key: string) => boolean): Promise<ObjectStore> {
  const copy = new MemoryStore();
  for (const key of await store.list(''))
    if (!isGone(key)) await copy.putOnce(key, (await store.get(key)) as Uint8Array);
  return copy;
}
