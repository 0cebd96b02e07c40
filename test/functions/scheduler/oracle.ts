import { cutShards } from '#functions/plan/cut-shards.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { summarize } from '#shared/metrics/summarize.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, Outcome, RoundManifest } from '#shared/records/evaluations.ts';
import { SCHEMA_VERSION } from '#shared/records/ids.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { SmallWorld } from '../small-world.ts';

/** What an evaluation gives where nothing ever breaks: one worker, one message after the other. */
export interface Oracle {
  readonly request: EvaluationRequest;
  readonly evaluation: string;
  /** A store before anybody asked. */
  readonly blank: ReadonlyMap<string, Uint8Array>;
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** The stored bytes of each outcome, as text. */
  readonly scored: ReadonlyMap<number, string>;
  readonly summary: string;
  /** Summaries with failures that were computed before. */
  readonly summaries: Map<string, string>;
}

const oracles = new Map<string, Promise<Oracle>>();

/** The oracle of an evaluation with so many shards of so many completions. */
export function oracleOf(shards: number, items: number): Promise<Oracle> {
  const name = `${shards} ${items}`;
  const known = oracles.get(name) ?? consult(shards, items);
  oracles.set(name, known);
  return known;
}

async function consult(shards: number, items: number): Promise<Oracle> {
  const store = new MemoryStore();
  const world = await SmallWorld.create(store);
  world.expectedTokens = Number.POSITIVE_INFINITY;
  const request = await requestFor(shards, items, world);
  const message = await world.ask(request);
  const blank = new Map<string, Uint8Array>();
  for (const key of await store.list('')) blank.set(key, (await store.get(key)) ?? new Uint8Array());
  await world.deliver(message);
  await world.settle();
  const ref = { evaluation: evaluationId(request), round: 0 };
  const outcomes = new Map<number, Outcome>();
  const scored = new Map<number, string>();
  const manifest = await read(store, record.roundManifest(ref));
  for (const { shard } of manifest.shards) {
    outcomes.set(shard, await read(store, record.outcome(ref, shard)));
    scored.set(shard, (await textOf(store, keys.outcome(ref, shard))) ?? '');
  }
  const summary = (await textOf(store, keys.summary(ref))) ?? '';
  return { request, evaluation: ref.evaluation, blank, outcomes, scored, summary, summaries: new Map() };
}

/** An evaluation that plan cuts into so many shards of so many completions: what those may take decides that. */
async function requestFor(shards: number, items: number, world: SmallWorld): Promise<EvaluationRequest> {
  for (let tokens = 100_000; tokens > 0; tokens = Math.floor(tokens / 1.2)) {
    const request = await world.request({ problems: shards * items, maxTokens: tokens });
    const cut = cutShards(request.generation, await readProblems(world.store, request), () => tokens);
    if (cut.length === shards && cut.every((shard) => shard.items.length === items)) return request;
  }
  throw new Error(`no evaluation is cut into ${shards} shards of ${items}`);
}

/** The summary of a round in which these shards failed, for these reasons, and all others came out as they must. */
export function summaryWith(
  failures: ReadonlyMap<number, string>,
  round: number,
  manifest: RoundManifest,
  { request, evaluation, outcomes, summary, summaries }: Oracle,
): string {
  if (round === 0 && failures.size === 0) return summary;
  const name = JSON.stringify([round, ...failures]);
  const failed = [...failures].map(
    ([shard, reason]) => [shard, { schemaVersion: 1, kind: 'failed', reason }] as const,
  );
  const all = new Map<number, Outcome>([...outcomes, ...failed]);
  const known = summaries.get(name);
  const made = known ?? stored(summarize({ evaluation, round, request, manifest, outcomes: all }));
  summaries.set(name, made);
  return made;
}

export async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const body = await store.get(key);
  return body && Buffer.from(body).toString();
}

/** A record as it lies in the store. */
function stored(content: ReturnType<typeof summarize>): string {
  return canonicalJson({ ...content, schemaVersion: SCHEMA_VERSION });
}
