import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sweep } from '#functions/sweep/sweep.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ByteRange, ListOptions, ObjectStore } from '#shared/ports/object-store.ts';
import type { TakenOver } from '#shared/records/evaluations.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { ForwardingStore } from '../scheduler/forwarding-store.ts';
import { MODEL } from '../small-world.ts';
import {
  expectAsFromNothing,
  made,
  newWorld,
  requestOf,
  run,
  type SetAsked,
  takenOver,
  worldOver,
} from './amend-world.ts';
import { CrashingStore } from './crashing-store.ts';

it('no completion is made twice, and each evaluation is as from nothing, whatever was asked before it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sets, { minLength: 2, maxLength: 4 }), async (all) => {
      const world = await newWorld();
      const everything = await made(world, async () => {
        for (const each of all) await run(world, await requestOf(world.store, each));
      });
      expect(new Set(everything).size).toBe(everything.length);
      for (const each of all) await expectAsFromNothing(world, await requestOf(world.store, each));
    }),
    { numRuns: 60 },
  );
});

it('completions that plan copies while workers make them are stored once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(3)), async (choices) => {
      const world = await newWorld();
      const late = await requestOf(world.store, [{ samples: 2 }, { name: 'b', samples: 3 }]);
      const plan = await world.ask(late);
      await world.deliver(plan);
      const generates = world.sent.splice(0);
      for (const first of [[{ samples: 1 }], [{ name: 'b', samples: 2 }]])
        await run(world, await requestOf(world.store, first));
      const hurried = worldOver(new Unhurried(world.store, () => choices.next().value as number));
      hurried.batch = 2;
      await Promise.all([plan, ...generates, plan].map((message) => hurried.deliver(message)));
      await hurried.settle();
      await expectAsFromNothing(world, late);
    }),
    { numRuns: 60 },
  );
});

it('a plan that is killed anywhere while it copies ends in the same completions, each stored once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(9)), async (choices) => {
      const store = new CrashingStore(() => choices.next().value === 0);
      const world = worldOver(store);
      await put(store, record.model(MODEL), { files: {} });
      await run(world, await requestOf(store, [{}, { name: 'b', samples: 1 }]));
      await run(world, await requestOf(store, [{ samples: 3, problems: 3 }]));
      const asked = await requestOf(store, [{ samples: 4 }, { name: 'b' }]);
      const waiting: Message[] = [await world.ask(asked)];
      store.armed = true;
      for (let tries = 0; waiting.length > 0; tries++) {
        if (tries > 200) store.armed = false;
        const message = waiting.shift() as Message;
        const isDone = await world.deliver(message).then(
          () => true,
          () => false,
        );
        waiting.push(...world.sent.splice(0));
        if (!isDone) waiting.push(message);
      }
      store.armed = false;
      const due = { patienceMs: 1, intervalMs: Number.POSITIVE_INFINITY };
      await sweep({ store, send: world.send, clock: { now: () => world.now }, ...due });
      await world.settle();
      await expectAsFromNothing(world, asked);
      const { from } = (await takenOver(world, asked)) as TakenOver;
      expect(from.map(({ completions }) => completions).sort()).toEqual([3, 36]);
    }),
    { numRuns: 60 },
  );
});

/** Any sets of which others may have some completions. */
const sets: fc.Arbitrary<readonly SetAsked[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    problems: fc.integer({ min: 1, max: 6 }),
    samples: fc.integer({ min: 1, max: 4 }),
    temperature: fc.constantFrom(0.6, 0.6, 1),
    maxTokens: fc.constantFrom(64, 64, 3000),
    edition: fc.constantFrom('first', 'first', 'second'),
    golds: fc.constantFrom('first', 'second'),
    unasked: fc.constantFrom(-1, 1),
  }),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);

/** Takes some turns of the event loop for each call. */
class Unhurried extends ForwardingStore {
  readonly #turns: () => number;

  constructor(inner: ObjectStore, turns: () => number) {
    super(inner);
    this.#turns = turns;
  }

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    await this.#wait();
    return this.inner.putOnce(key, body);
  }

  override async list(prefix: string, options?: ListOptions): Promise<readonly string[]> {
    await this.#wait();
    return this.inner.list(prefix, options);
  }

  override async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    await this.#wait();
    return this.inner.get(key, range);
  }

  async #wait(): Promise<void> {
    for (let left = this.#turns(); left > 0; left--) await turn();
  }
}
