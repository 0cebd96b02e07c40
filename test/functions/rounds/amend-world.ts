import { expect } from 'vitest';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { itemName } from '#shared/items.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type {
  Completion,
  EvaluationRequest,
  PolicyCheck,
  TakenOver,
  Unanswered,
} from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { MODEL, SmallWorld } from '../small-world.ts';
import { TOO_LONG, tellingPolicy } from './telling-policy.ts';

/** One benchmark of an evaluation, its problems made up. */
export interface SetAsked {
  readonly name?: string;
  readonly problems?: number;
  readonly samples?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  /** Edition of the questions; ids stay. */
  readonly edition?: string;
  /** Edition of the reference answers. */
  readonly golds?: string;
  /** Place of a question that cannot be asked. */
  readonly unasked?: number;
}

export async function requestOf(store: ObjectStore, asked: readonly SetAsked[]): Promise<EvaluationRequest> {
  const benchmarks = await Promise.all(asked.map((each) => benchmarkOf(store, each)));
  const names = benchmarks.map(({ name }) => name);
  const settings = { benchmarks: names, template: 'qwen25-math-cot', graders: ['reward'] } as const;
  return evaluationRequest({ model: MODEL, generatorVersion: '1', benchmarks, settings });
}

async function benchmarkOf(store: ObjectStore, asked: SetAsked) {
  const { name = 'a', problems: count = 12, edition = '', golds = '', unasked = -1, ...sampling } = asked;
  const problems = Array.from({ length: count }, (_, i): Problem => {
    const question = i === unasked ? TOO_LONG : `${edition} ${name} ${i}`;
    return { id: `${name}/${i}`, problem: question, answer: `${i}${golds.length}` };
  });
  const protocol = { samples: 2, temperature: 0.6, topP: 1, maxTokens: 64, ...sampling };
  return { name, ...protocol, problems, digest: await putProblemSet(store, problems) };
}

export function worldOver(store: ObjectStore, policy: PolicyCheck = 'verified'): SmallWorld {
  const world = SmallWorld.over(store);
  world.policy = { ...tellingPolicy(), policy };
  world.expectedTokens = 1800;
  return world;
}

export async function newWorld(policy?: PolicyCheck): Promise<SmallWorld> {
  const store = new MemoryStore();
  await put(store, record.model(MODEL), { files: {} });
  return worldOver(store, policy);
}

export async function run(world: SmallWorld, request: EvaluationRequest): Promise<void> {
  await world.deliver(await world.ask(request));
  await world.settle();
}

/** A world in which this was evaluated. */
export async function evaluated(asked: readonly SetAsked[], policy?: PolicyCheck): Promise<SmallWorld> {
  const world = await newWorld(policy);
  await run(world, await requestOf(world.store, asked));
  return world;
}

/** What the policy is asked for while something runs. */
export async function made(world: SmallWorld, work: () => Promise<void>): Promise<readonly string[]> {
  const policy = tellingPolicy();
  world.policy = policy;
  await work();
  return policy.made;
}

export function roundOf(request: EvaluationRequest): RoundRef {
  return { evaluation: evaluationId(request), round: 0 };
}

export function takenOver({ store }: SmallWorld, request: EvaluationRequest): Promise<TakenOver | undefined> {
  return find(store, record.takenOver(roundOf(request)));
}

export async function partsOf(store: ObjectStore, request: EvaluationRequest) {
  const { generation, shards } = await read(store, record.roundManifest(roundOf(request)));
  return (await Promise.all(shards.map(({ shard }) => readParts(store, generation, shard)))).flat();
}

/** All answers that are stored for a request, by item; each is there once. */
async function answersOf(
  store: ObjectStore,
  request: EvaluationRequest,
): Promise<ReadonlyMap<string, Completion | Unanswered>> {
  const parts = await partsOf(store, request);
  const all = parts.flatMap(({ completions, unanswered }) => [...completions, ...unanswered]);
  const byItem = new Map(all.map((answer) => [itemName(answer), answer]));
  expect(byItem.size).toBe(all.length);
  return new Map([...byItem].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function expectAsFromNothing({ store }: SmallWorld, request: EvaluationRequest): Promise<void> {
  const fresh = await newWorld();
  for (const key of await store.list(keys.prefix.problemSets))
    await fresh.store.putOnce(key, (await store.get(key)) as Uint8Array);
  await run(fresh, request);
  expect(await answersOf(store, request)).toEqual(await answersOf(fresh.store, request));
  const ref = roundOf(request);
  for (const key of [keys.roundManifest(ref), keys.summary(ref)])
    expect(await store.get(key), key).toEqual(await fresh.store.get(key));
  const outcomes = await fresh.store.list(keys.prefix.outcomes(ref));
  expect(await store.list(keys.prefix.outcomes(ref))).toEqual(outcomes);
  for (const key of outcomes) expect(await store.get(key)).toEqual(await fresh.store.get(key));
}
