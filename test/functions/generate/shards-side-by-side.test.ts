import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generate } from '#functions/generate/app.ts';
import { samplerOf } from '#functions/generate/sampler-of.ts';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { cacheBytesPerToken } from '#shared/inference/kv-cache.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { Message } from '#shared/messaging/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { microcosm, writeRandomModel } from '../../shared/inference/random-model.ts';
import { ForwardingStore } from '../scheduler/forwarding-store.ts';
import { SmallWorld, scriptedPolicy } from '../small-world.ts';

const headers = { 'content-type': 'application/json' };
/** Of the decoder; completions end there. */
const CONTEXT = 40;

let folder: string;
let decoder: Decoder;
let expected: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = await writeRandomModel({ ...microcosm, context: CONTEXT });
  decoder = await loadDecoder(folder, { threads: 1 });
});
afterAll(async () => {
  await decoder.release();
  await rm(folder, { recursive: true });
});

/** One after the other, each alone. */
beforeAll(async () => {
  const { world, shards } = await planned();
  for (const shard of shards) {
    const app = appOf(world, new FaultyStore(world.store));
    expect((await app.request('/', { method: 'POST', headers, body: JSON.stringify(shard) })).status).toBe(
      200,
    );
  }
  expected = await partsOf(world);
  expect(expected.size).toBe(4);
});

/** A world with the messages of four shards, of two completions each and one. */
async function planned() {
  const world = await SmallWorld.create();
  world.expectedTokens = 8000;
  const ref = await world.ask(await world.request({ problems: 7, maxTokens: 8000 }));
  await world.deliver(ref);
  return { world, ref: ref as Message & { evaluation: string; round: number }, shards: world.sent.splice(0) };
}

/** The generate stage of a worker, whose decoder has room for so many completions. */
function appOf(world: SmallWorld, store: FaultyStore, rows = 9) {
  const generator = new OnnxGenerator(decoder, rows * CONTEXT * cacheBytesPerToken(decoder.config));
  const policy = {
    ...scriptedPolicy,
    decode: (tokens: readonly number[]) => tokens.join(' '),
    stopTokens: () => [3, 5],
    generateInTurn: generator.generateInTurn.bind(generator),
  };
  return generate({
    ...{ store, send: world.send, remainingMs: () => Number.POSITIVE_INFINITY },
    sampler: samplerOf({ store, load: async () => policy, endpoints: {} }),
  });
}

async function partsOf(world: SmallWorld): Promise<ReadonlyMap<string, string>> {
  const all = await world.contents('generations/');
  return new Map([...all].filter(([key]) => key.includes('/completions/')));
}

/** Notes parts that are put, and fails those of some shards. */
class FaultyStore extends ForwardingStore {
  readonly put: string[] = [];
  failing: readonly number[] = [];

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const [, shard] = /\/completions\/(\d+)\//.exec(key) ?? [];
    if (shard !== undefined && this.failing.includes(Number(shard))) throw new Error('no space left');
    if (shard !== undefined) this.put.push(key);
    return super.putOnce(key, body);
  }
}

const delivery = fc.record({ shard: fc.nat(3), after: fc.nat(30) });
const course = fc.record({
  deliveries: fc.array(delivery, { minLength: 1, maxLength: 10 }),
  rows: fc.integer({ min: 1, max: 9 }),
  failing: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
  cancelledAfter: fc.option(fc.nat(60)),
});

it('stores of each shard what it would alone, once, whatever comes, fails or is cancelled meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(course, async ({ deliveries, rows, failing, cancelledAfter }) => {
      const { world, ref, shards } = await planned();
      const store = new FaultyStore(world.store);
      store.failing = failing;
      const app = appOf(world, store, rows);
      const whenTurns = async (turns: number) => {
        for (let turn = 0; turn < turns; turn++) await setImmediate();
      };
      const cancelling =
        cancelledAfter === null
          ? undefined
          : whenTurns(cancelledAfter).then(() => put(world.store, record.cancelled(ref), {}));
      const answers = await Promise.all(
        deliveries.map(async ({ shard, after }) => {
          await whenTurns(after);
          const body = JSON.stringify(shards[shard]);
          return (await app.request('/', { method: 'POST', headers, body })).status;
        }),
      );
      await cancelling;
      const parts = await partsOf(world);
      for (const [key, body] of parts) expect(body).toBe(expected.get(key));
      expect(store.put).toHaveLength(parts.size); // none was made twice
      for (const [i, { shard }] of deliveries.entries()) {
        const isStored = [...parts.keys()].some((key) => key.includes(`/completions/00000${shard}/`));
        if (failing.includes(shard)) expect(isStored).toBe(false);
        else expect(answers[i]).toBe(200);
        const isCancelled = (await world.store.get(keys.outcome(ref, shard))) !== undefined;
        if (!failing.includes(shard)) expect(isStored || isCancelled).toBe(true);
        if (cancelledAfter === null) expect(isStored).toBe(!failing.includes(shard));
      }
    }),
    { numRuns: 60 },
  );
});
