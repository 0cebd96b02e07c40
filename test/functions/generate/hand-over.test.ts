import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { microcosm, writeRandomModel } from '../../shared/inference/random-model.ts';
import { SmallWorld, scriptedPolicy } from '../small-world.ts';

/** A look at the clock takes a second, and there is one for each run of the model. */
const LOOK_MS = 1000;
/** Kept for closing, and for one more run: no run begins with less. */
const CLOSING_MS = 5_000 + 1.5 * LOOK_MS;
/** Longer than keys and values of some hundred tokens take to be stored. */
const STORING_MS = 100;

let folder: string;
let decoder: Decoder;
beforeAll(async () => {
  folder = await writeRandomModel(microcosm);
  decoder = await loadDecoder(folder, { threads: 1 });
});
afterAll(async () => {
  await decoder.release();
  await rm(folder, { recursive: true });
});

/** A shard of completions of up to 40 tokens, asked of a tiny model. */
async function asked(): Promise<{ world: SmallWorld; request: EvaluationRequest; message: Message }> {
  const world = await SmallWorld.create();
  const generator = new OnnxGenerator(decoder);
  const text = (codes: readonly number[]) => codes.join(' ');
  world.policy = {
    ...scriptedPolicy,
    decode: text,
    generateInTurn: generator.generateInTurn.bind(generator),
  };
  const request = await world.request({ problems: 5, maxTokens: 40 });
  await world.deliver(await world.ask(request));
  return { world, request, message: world.sent.shift() as Message };
}

/** A turn that has time for so many runs of the model. */
function limitTo(world: SmallWorld, runs: number): void {
  let leftMs = CLOSING_MS + (runs + 3) * LOOK_MS + STORING_MS;
  world.remainingMs = () => {
    if (leftMs >= CLOSING_MS) leftMs -= LOOK_MS; // closing takes none
    return leftMs;
  };
}

type Fault =
  | 'none'
  | 'twice'
  | 'killed before its part'
  | 'killed after its part'
  | 'no caches'
  | 'damaged caches';
const faults = fc.constantFrom<Fault>(
  ...([
    'none',
    'twice',
    'killed before its part',
    'killed after its part',
    'no caches',
    'damaged caches',
  ] as const),
);

/** The store, as a worker with this fault sees it. */
function faulty(store: ObjectStore, fault: Fault): ObjectStore {
  const putOnce: ObjectStore['putOnce'] = async (key, body) => {
    if (key.startsWith(keys.prefix.allCaches) && fault === 'no caches') throw new Error('full');
    const isPart = key.includes('/completions/');
    if (isPart && fault === 'killed before its part') throw new Error('killed');
    const answer = await store.putOnce(key, body);
    if (isPart && fault === 'killed after its part') throw new Error('killed');
    return answer;
  };
  const get: ObjectStore['get'] = async (key, range) => {
    const found = await store.get(key, range);
    if (!found || fault !== 'damaged caches' || !key.startsWith(keys.prefix.allCaches)) return found;
    return found.map((byte) => byte ^ 1);
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'putOnce') return putOnce;
      if (name === 'get') return get;
      return (target[name as keyof typeof target] as () => unknown).bind(target);
    },
  });
}

async function completionsOf(world: SmallWorld, request: EvaluationRequest) {
  const parts = await readParts(world.store, generationId(request.generation), 0);
  const all = parts.flatMap(({ completions }) => completions);
  return all.sort((one, other) => (one.problem < other.problem ? -1 : 1));
}

describe('a worker whose time is over within completions', () => {
  it('hands over what it has, and whoever goes on ends in the same completions', async () => {
    const whole = await asked();
    await whole.world.deliver(whole.message);
    await whole.world.settle();
    const expected = await completionsOf(whole.world, whole.request);
    const ref = { evaluation: evaluationId(whole.request), round: 0 };
    const outcome = await whole.world.store.get(keys.outcome(ref, 0));
    expect(Math.max(...expected.map(({ tokens }) => tokens))).toBe(40);

    const turn = fc.record({ runs: fc.integer({ min: 7, max: 25 }), fault: faults });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 8 }), async (turns) => {
        const { world, request, message } = await asked();
        for (const { runs, fault } of turns) {
          const worker = SmallWorld.over(faulty(world.store, fault));
          worker.policy = world.policy;
          limitTo(worker, runs);
          const deliveries = fault === 'twice' ? [message, message] : [message];
          await Promise.allSettled(deliveries.map((each) => worker.deliver(each)));
          if ((await world.store.get(keys.outcome(ref, 0))) !== undefined) return; // no time for a token: see below
        }
        world.sent.push(message);
        await world.settle();
        expect(await completionsOf(world, request)).toEqual(expected);
        expect(await world.store.get(keys.outcome(ref, 0))).toEqual(outcome);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from stored keys and values, without running a token again', async () => {
    const { world, request, message } = await asked();
    world.sent.push(message);
    const turns: number[] = [];
    while (world.sent[0]?.type === 'generate-shard') {
      limitTo(world, 8);
      await world.deliver(world.sent.shift() as Message);
      turns.push(turns.length);
    }
    const parts = await readParts(world.store, generationId(request.generation), 0);
    expect(parts).toHaveLength(turns.length);
    expect(turns.length).toBeGreaterThan(3);
    const [, second] = parts;
    const [first] = parts[0]?.open ?? [];
    expect(first?.cache).toMatch(/^[0-9a-f]{64}$/);
    const later = second?.open.find(({ problem }) => problem === first?.problem);
    expect(later?.begun.slice(0, first?.begun.length)).toEqual(first?.begun);
    expect(later?.begun.length).toBeGreaterThan((first?.begun.length ?? 0) + 2);
  });

  it('fails a shard that comes no further, and says why', async () => {
    const { world, request, message } = await asked();
    limitTo(world, 0);
    await world.deliver(message);
    expect(world.sent).toEqual([]);
    const ref = { evaluation: evaluationId(request), round: 0 };
    const summary = await read(world.store, record.summary(ref));
    expect(summary.coverage).toMatchObject({ scored: 0, failed: { 'turn-too-short': 1 } });
  });

  it('fails a shard that would run its tokens again for ever', async () => {
    const { world, request, message } = await asked();
    const worker = SmallWorld.over(faulty(world.store, 'no caches'));
    worker.policy = world.policy;
    worker.sent.push(message);
    for (let turns = 0; worker.sent.length > 0; turns++) {
      expect(turns).toBeLessThan(20);
      limitTo(worker, 20);
      await worker.deliver(worker.sent.shift() as Message);
    }
    const ref = { evaluation: evaluationId(request), round: 0 };
    const summary = await read(world.store, record.summary(ref));
    expect(summary.coverage).toMatchObject({ scored: 0, failed: { 'turn-too-short': 1 } });
  });

  it('is tried again where the model took the time', async () => {
    const { world, message } = await asked();
    let looks = 0;
    world.remainingMs = () => (looks++ === 0 ? 60_000 : 4_000);
    await expect(world.deliver(message)).rejects.toMatchObject({ code: 'turn-taken-by-loading' });
    expect(world.sent).toEqual([]);
  });
});
