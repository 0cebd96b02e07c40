import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { itemName } from '#shared/items.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, Item } from '#shared/records/evaluations.ts';
import { generationBasis, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseGenerationEntry, parsePart, type RoundRef } from '#shared/storage/keys.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type Asking, sharedItems } from './shared-items.ts';

/** Evaluations that are looked at at a time. */
const READS = 16;

/** The shard of a generation in whose parts a completion lies. */
export interface StoredAt {
  /** For which it was made or asked. */
  readonly evaluation: string;
  readonly generation: string;
  readonly shard: number;
}

/** An evaluation that asks for completions that another one asks for as well. */
interface Source {
  readonly round: RoundRef;
  readonly generation: string;
  readonly items: readonly Item[];
}

/**
 * Where completions that a request asks for are stored already, by the names of their items: those of generations that
 * agree with it in all that decides a completion. A shard counts as stored once it has a part; whoever copies from it sees
 * whether the part holds what it looks for.
 *
 * An evaluation that is removed meanwhile, or of which a record is damaged, is no source. Recorded completions lie in
 * their blob, from which each shard reads its own, so that there are none to look for.
 *
 * @param except - a generation whose own shards do not count
 */
export async function storedCompletions(
  request: EvaluationRequest,
  store: ObjectStore,
  except?: string,
): Promise<ReadonlyMap<string, StoredAt>> {
  const found = new Map<string, StoredAt>();
  for (const { round, generation, items } of await sourcesOf(request, store, except)) {
    const open = items.filter((item) => !found.has(itemName(item)));
    if (open.length === 0) continue;
    const shards = await shardsWithParts({ round, generation }, store);
    for (const name of open.map(itemName)) {
      const shard = shards.get(name);
      if (shard !== undefined) found.set(name, { evaluation: round.evaluation, generation, shard });
    }
  }
  return found;
}

/** Those with most of the items first, so that few are read; by id where that is equal. */
async function sourcesOf(
  request: EvaluationRequest,
  store: ObjectStore,
  except: string | undefined,
): Promise<readonly Source[]> {
  const { generation } = request;
  if (generation.generator.kind === 'recorded') return [];
  const entries = await store.list(keys.prefix.generationEntries(generationBasis(generation)));
  const ours = { sets: generation.sets, problems: await readProblems(store, request) };
  const sources = await inParallel(entries, READS, (key) =>
    unlessDamaged(() => sourceAt(key, ours, store, except)),
  );
  return sources
    .flatMap((source) => (source && source.items.length > 0 ? [source] : []))
    .sort((one, other) => other.items.length - one.items.length);
}

async function sourceAt(
  key: string,
  ours: Asking,
  store: ObjectStore,
  except: string | undefined,
): Promise<Source | undefined> {
  const evaluation = parseGenerationEntry(key);
  const [entry, request] = await Promise.all([
    find(store, record.generationEntry.at(key)),
    find(store, record.evaluationRequest(evaluation)),
  ]);
  if (!entry || !request) return undefined;
  const generation = generationId(request.generation);
  if (generation === except) return undefined;
  const theirs = { sets: request.generation.sets, problems: await readProblems(store, request) };
  return {
    round: { evaluation, round: entry.round },
    generation,
    items: sharedItems(ours, theirs),
  };
}

/** By the names of their items. */
async function shardsWithParts(
  { round, generation }: Pick<Source, 'round' | 'generation'>,
  store: ObjectStore,
): Promise<ReadonlyMap<string, number>> {
  const [manifest, parts] = await Promise.all([
    unlessDamaged(() => find(store, record.roundManifest(round))),
    store.list(keys.prefix.allParts(generation)),
  ]);
  const begun = new Set(parts.map(parsePart));
  const shards = (manifest?.shards ?? []).filter(({ shard }) => begun.has(shard));
  return new Map(shards.flatMap(({ shard, items }) => items.map((item) => [itemName(item), shard] as const)));
}

/** Nothing where what is stored is gone or cannot be read: then completions are made anew. */
async function unlessDamaged<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KnownError && (hasRole(error.code, 'damage') || hasRole(error.code, 'refusal')))
      return undefined;
    throw error;
  }
}
