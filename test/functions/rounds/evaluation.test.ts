import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweep } from '#functions/sweep/sweep.ts';
import { requestFor } from '#shared/benchmarks/evaluation-request.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { SmallWorld } from '../small-world.ts';
import { CrashingStore } from './crashing-store.ts';

describe('an evaluation', () => {
  it('ends in one summary that counts every completion', async () => {
    const world = await SmallWorld.create();
    const summary = await run(world);
    expect(summary.coverage).toEqual({ shards: 3, scored: 3, failed: {} });
    const [sums] = summary.graders['reward']?.benchmarks ?? [];
    const even = Array.from({ length: 60 }, (_, i) => ((i % 17) + (i % 5)) % 2 === 0).filter(Boolean).length;
    expect(sums?.score.mean).toBeCloseTo(even / 60, 12);
    expect(sums?.reasons).toEqual({ 'equal-text': even, 'different-value': 60 - even });
    expect(summary.policy).toBe('verified');
  });

  it('leaves nothing pending', async () => {
    const world = await SmallWorld.create();
    await run(world);
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('creates nothing new when it is asked for again', async () => {
    const world = await SmallWorld.create();
    await run(world);
    const before = await world.contents();
    await run(world);
    expect(await world.contents()).toEqual(before);
  });

  it('shares the completions of a generation with another evaluation of it', async () => {
    const world = await SmallWorld.create();
    await run(world);
    const again = { ...(await world.request()), graders: [{ name: 'format' as const, version: 'v' }] };
    await world.deliver(await world.ask(again));
    expect(world.sent.map(({ type }) => type)).toEqual(new Array(3).fill('verify-shard'));
  });

  it('changes no byte when any message is delivered twice, late or out of order', async () => {
    const expected = (
      await SmallWorld.create().then(async (world) => [await run(world), await world.contents()])
    )[1];
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
        const world = await SmallWorld.create();
        const seen: Message[] = [await world.ask(await world.request())];
        const waiting = [...seen];
        while (waiting.length > 0) {
          const message = waiting.splice(next(choices) % waiting.length, 1)[0] as Message;
          await world.deliver(message);
          seen.push(...world.sent);
          waiting.push(...world.sent.splice(0));
          if (next(choices) % 3 === 0)
            await world.deliver(seen[next(choices) % seen.length] as Message).catch(ignore);
          world.sent.length = 0;
        }
        expect(await world.contents()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('ends in the same bytes when workers crash at any put, list or send and messages come again', async () => {
    const calm = await SmallWorld.create();
    await run(calm);
    const expected = await calm.contents();
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
        const crashing = new CrashingStore(() => next(choices) % 8 === 0);
        const world = await SmallWorld.create(crashing);
        const waiting: Message[] = [await world.ask(await world.request())];
        crashing.armed = true;
        for (let tries = 0; waiting.length > 0; tries++) {
          if (tries > 200) crashing.armed = false;
          const message = waiting[0] as Message;
          const delivered = await world.deliver(message).then(
            () => true,
            () => false,
          );
          waiting.push(...world.sent.splice(0));
          if (delivered) waiting.shift();
          else waiting.push(waiting.shift() as Message);
        }
        crashing.armed = false;
        await recover(world);
        expect(await world.contents()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('plan', () => {
  it('refuses a model that the store does not have, once and for all', async () => {
    const world = await SmallWorld.create();
    const request = requestFor('n'.repeat(26), await world.request());
    await world.deliver(await world.ask(request));
    const refused = await find(world.store, record.refused(roundOf(request)));
    expect(refused?.code).toBe('model-missing');
    expect(world.sent).toEqual([]);
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('refuses problems that are not those of the request', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const other = await world.request({ problems: 7 });
    await world.deliver(await world.ask({ ...request, problemSets: other.problemSets }));
    expect((await find(world.store, record.refused(roundOf(request))))?.code).toBe('request-inconsistent');
  });

  it('plans a committed checkpoint and then forgets its marker', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    const message = await commitCheckpoint(world, request);
    await world.deliver(message);
    await world.settle();
    expect(await find(world.store, record.summary(roundOf(request)))).toBeDefined();
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });

  it('partitions all samples of all problems into shards', async () => {
    const world = await SmallWorld.create();
    const request = await world.request({ problems: 40, samples: 8 });
    await world.deliver(await world.ask(request));
    const { shards } = await read(world.store, record.roundManifest(roundOf(request)));
    const items = shards.flatMap((shard) => shard.items.map(({ problem, sample }) => `${problem} ${sample}`));
    expect(new Set(items).size).toBe(320);
    expect(items).toHaveLength(320);
    expect(Math.max(...shards.map((shard) => shard.items.length))).toBe(25);
  });
});

describe('a dead message', () => {
  it('fails its shard, and the summary says so instead of averaging over it', async () => {
    const { summary } = await withDead('verify-shard');
    expect(summary.coverage).toEqual({ shards: 3, scored: 2, failed: { 'verify-dead': 1 } });
    const { average } = summary.graders['reward'] as Summary['graders'][string];
    expect(average.mean).toBeNull();
    expect(average.bounds[1] - average.bounds[0]).toBeCloseTo(25 / 60, 12);
  });

  it('of generate fails its shard when completions are missing', async () => {
    const { summary } = await withDead('generate-shard');
    expect(summary.coverage.failed).toEqual({ 'generate-dead': 1 });
  });

  it('of generate only asks for the verdicts again when the completions are complete', async () => {
    const world = await SmallWorld.create();
    await world.deliver(await world.ask(await world.request({ problems: 5 })));
    const [generate] = world.sent.splice(0) as [Message];
    await world.deliver(generate);
    world.sent.length = 0; // the VerifyShard is lost
    await world.bury(generate);
    expect(world.sent.map(({ type }) => type)).toEqual(['verify-shard']);
  });

  it('never replaces an outcome that is there', async () => {
    const world = await SmallWorld.create();
    const request = await world.request({ problems: 5 });
    await run(world, request);
    const before = await world.contents();
    await world.bury({ schemaVersion: 1, type: 'verify-shard', ...roundOf(request), shard: 0 });
    expect(await world.contents()).toEqual(before);
  });

  it('of plan is a refusal', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await world.bury(await world.ask(request));
    expect((await find(world.store, record.refused(roundOf(request))))?.code).toBe('plan-dead');
  });
});

describe('the sweep', () => {
  it('finishes a round whose last worker died between its outcome and the summary', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await run(world, request);
    const summary = await world.store.get(keys.summary(roundOf(request)));
    const interrupted = await SmallWorld.create(await without(world.store, keys.summary(roundOf(request))));
    await put(interrupted.store, record.pendingEvaluation(roundOf(request)), {
      createdAt: 0,
    });
    await recover(interrupted);
    expect(await interrupted.store.get(keys.summary(roundOf(request)))).toEqual(summary);
  });

  it('repairs a checkpoint whose event was lost', async () => {
    const world = await SmallWorld.create();
    const request = await world.request();
    await commitCheckpoint(world, request);
    await recover(world);
    expect(await find(world.store, record.summary(roundOf(request)))).toBeDefined();
  });

  it('drops the marker of a checkpoint that was never committed once another driver has taken over', async () => {
    const world = await SmallWorld.create();
    const ref = { run: 'r', step: 5, incarnation: 1 };
    await put(world.store, record.pendingCheckpoint(ref), { createdAt: 0 });
    await recover(world);
    expect(await world.store.list(keys.prefix.pending)).toHaveLength(1);
    await world.store.putOnce(keys.incarnation('r', 2), new Uint8Array());
    await recover(world);
    expect(await world.store.list(keys.prefix.pending)).toEqual([]);
  });
});

/** Asks, delivers everything, and reads the summary. */
async function run(
  world: SmallWorld,
  request?: Awaited<ReturnType<SmallWorld['request']>>,
): Promise<Summary> {
  const asked = request ?? (await world.request());
  await world.deliver(await world.ask(asked));
  await world.settle();
  return read(world.store, record.summary(roundOf(asked)));
}

async function withDead(type: 'verify-shard' | 'generate-shard'): Promise<{ summary: Summary }> {
  const world = await SmallWorld.create();
  const request = await world.request();
  await world.deliver(await world.ask(request));
  const generates = world.sent.splice(0);
  for (const message of generates) {
    const shard = 'shard' in message ? message.shard : -1;
    if (shard === 0 && type === 'generate-shard') await world.bury(message);
    else await world.deliver(message);
  }
  for (const message of world.sent.splice(0)) {
    if ('shard' in message && message.shard === 0) await world.bury(message);
    else await world.deliver(message);
  }
  return { summary: await read(world.store, record.summary(roundOf(request))) };
}

async function commitCheckpoint(
  world: SmallWorld,
  request: Awaited<ReturnType<SmallWorld['request']>>,
): Promise<Message> {
  const ref = { run: 'r', step: 5, incarnation: 1 };
  await put(world.store, record.pendingCheckpoint(ref), { createdAt: 0 });
  const model = request.generation.model;
  const checkpoint = {
    schemaVersion: 1,
    step: 5,
    model,
    state: {},
    parent: null,
    steps: [],
    evaluation: request,
  };
  await put(world.store, record.checkpoint(ref), checkpoint);
  return { schemaVersion: 1, type: 'checkpoint-committed', ...ref } as Message;
}

async function recover(world: SmallWorld): Promise<void> {
  const due = { patienceMs: 1, intervalMs: Number.POSITIVE_INFINITY };
  await sweep({ store: world.store, send: world.send, clock: { now: () => world.now }, ...due });
  await world.settle();
}

function roundOf(request: Awaited<ReturnType<SmallWorld['request']>>): { evaluation: string; round: number } {
  return { evaluation: evaluationId(request), round: 0 };
}

/** A copy of a store that lacks one object. */
async function without(store: ObjectStore, missing: string): Promise<ObjectStore> {
  const copy = new MemoryStore();
  for (const key of await store.list('')) {
    if (key !== missing) await copy.putOnce(key, (await store.get(key)) as Uint8Array);
  }
  return copy;
}

function next(choices: Iterator<number>): number {
  return choices.next().value as number;
}

function ignore(): void {}
