import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messaging/messages.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

describe('a worker near its time limit', () => {
  it('stores what it has as a part and sends the rest on', async () => {
    const { world, request, message } = await asked();
    limitTo(world, 2);
    await world.deliver(message);
    expect(await sizes(world, request)).toEqual([4]);
    expect(world.sent).toEqual([message]);
  });

  it('makes one batch at least, however little time is left', async () => {
    const { world, request, message } = await asked();
    world.batch = 2;
    world.remainingMs = () => 0;
    await world.deliver(message);
    expect(await sizes(world, request)).toEqual([2]);
  });

  it('looks at the time between two batches only', async () => {
    const { world, request, message } = await asked();
    world.remainingMs = () => 0;
    await world.deliver(message);
    expect(await sizes(world, request)).toEqual([10]);
  });

  it('leaves the rest to workers that go on where it ended', async () => {
    const { world, request, message } = await asked();
    limitTo(world, 2);
    world.sent.push(message);
    await world.settle();
    expect(await sizes(world, request)).toEqual([4, 4, 2]);
    const parts = await readParts(world.store, generationId(request.generation), 0);
    const made = parts.flatMap(({ completions }) => completions.map(({ problem }) => problem));
    expect(made).toEqual(Array.from({ length: 10 }, (_, i) => `sums/${i}`));
    expect(parts.map(({ header }) => header.part)).toEqual([0, 1, 2]);
  });

  it('changes no outcome', async () => {
    const [whole, cut] = [await asked(), await asked()];
    limitTo(cut.world, 1);
    for (const { world, message } of [whole, cut]) {
      world.sent.push(message);
      await world.settle();
    }
    const ref = { evaluation: evaluationId(whole.request), round: 0 };
    for (const key of [keys.outcome(ref, 0), keys.summary(ref)]) {
      expect(await cut.world.store.get(key)).toEqual(await whole.world.store.get(key));
    }
  });
});

describe('a message that is delivered twice', () => {
  it('makes no second part once the completions are complete', async () => {
    const { world, request, message } = await asked();
    await world.deliver(message);
    await world.deliver(message);
    expect(await sizes(world, request)).toEqual([10]);
    expect(world.sent.map(({ type }) => type)).toEqual(['verify-shard', 'verify-shard']);
  });

  it('at once stores each completion once', async () => {
    const { world, request, message } = await asked();
    limitTo(world, 2);
    await Promise.all([world.deliver(message), world.deliver(message)]);
    await world.settle();
    const made = (await readParts(world.store, generationId(request.generation), 0)).flatMap(
      ({ completions }) => completions.map(({ problem }) => problem),
    );
    expect(made).toHaveLength(10);
    expect(new Set(made).size).toBe(10);
    const ref = { evaluation: evaluationId(request), round: 0 };
    expect((await read(world.store, record.summary(ref))).coverage.scored).toBe(1);
  });

  it('asks for verdicts only when all completions are stored, whatever this worker made', async () => {
    const { world, request, message } = await asked();
    const slow = SmallWorld.over(world.store);
    limitTo(slow, 1);
    // The quick one makes all of them, but the slow one stores its part first.
    world.remainingMs = () => Number.POSITIVE_INFINITY;
    const quick = SmallWorld.over(lateIn(world, () => slow.deliver(message)));
    await quick.deliver(message);
    expect(await sizes(world, request)).toEqual([2]);
    expect(quick.sent).toEqual([message]);
  });
});

/** Ten completions in one shard, whose GenerateShard was sent. */
async function asked(): Promise<{ world: SmallWorld; request: EvaluationRequest; message: Message }> {
  const world = await SmallWorld.create();
  const request = await world.request({ problems: 10 });
  await world.deliver(await world.ask(request));
  return { world, request, message: world.sent.shift() as Message };
}

/** Lets a worker make so many batches of 2 before its time is up: each takes 10 s. */
function limitTo(world: SmallWorld, batches: number): void {
  world.batch = 2;
  let calls = 0;
  const startMs = batches * 10_000 + 11_000;
  // Looked at before and after the sampler is there, when the clock starts, and after each batch.
  world.remainingMs = () => {
    const leftMs = startMs - 10_000 * Math.max(0, (calls % (batches + 3)) - 2);
    calls += 1;
    return leftMs;
  };
}

/** The world's store, in which something else happens just before a part is put. */
function lateIn(world: SmallWorld, before: () => Promise<void>): SmallWorld['store'] {
  const { store } = world;
  return new Proxy(store, {
    get: (target, name) => {
      if (name !== 'putOnce') return (target[name as keyof typeof target] as () => unknown).bind(target);
      return async (key: string, body: Uint8Array) => {
        if (key.includes('/completions/')) await before();
        return target.putOnce(key, body);
      };
    },
  });
}

async function sizes(world: SmallWorld, request: EvaluationRequest): Promise<readonly number[]> {
  const parts = await readParts(world.store, generationId(request.generation), 0);
  return parts.map(({ completions }) => completions.length);
}
