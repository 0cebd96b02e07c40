import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { isModelManifest, keys } from '#shared/storage/keys.ts';
import { namesBelow } from '#shared/storage/model-users.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** What the records of a store name. */
export interface NamedObjects {
  /** Every sha256 and digest that stands in a record: of blobs, models and problem sets. */
  readonly words: ReadonlySet<string>;
  readonly generations: ReadonlySet<string>;
  /** Runs and evaluations that are there: a `run.json` or `request.json` says so. */
  readonly runs: ReadonlySet<string>;
  readonly evaluations: ReadonlySet<string>;
}

/** Objects that are read at a time. */
const READERS = 16;
/** A sha256, or a digest of records. */
const WORD = /\b(?:[0-9a-f]{64}|[a-z2-7]{26})\b/g;

/**
 * Whatever a record of a run, an evaluation, a listing or a promise has in it that looks like the name of an object. A
 * record is searched as text, so that one of another version names what it names as well, and a word that happens to look
 * so costs nothing but space. Models name their files only where something names them.
 *
 * @param allModels - models that nothing names count as well
 */
export async function namedObjects(store: ObjectStore, allModels: boolean): Promise<NamedObjects> {
  const runs = await existing(store, keys.prefix.runs, keys.run);
  const evaluations = await existing(store, keys.prefix.evaluations, keys.evaluationRequest);
  const words = new Set<string>();
  const enter = async (key: string) => {
    const text = new TextDecoder().decode(await store.get(key));
    for (const [word] of text.matchAll(WORD)) words.add(word);
  };
  for (const run of runs) await inParallel(await store.list(keys.prefix.run(run)), READERS, enter);
  const rest = [
    ...[...evaluations].map(keys.evaluationRequest),
    ...(await store.list(keys.prefix.index)),
    ...(await store.list(keys.prefix.pending)),
  ];
  await inParallel(rest, READERS, enter);
  // Completions that were pushed are there to be asked for, as their record says.
  for (const key of await store.list(keys.prefix.recordings))
    for (const [word] of key.matchAll(WORD)) words.add(word);
  const models = (await store.list(keys.prefix.models)).filter(isModelManifest);
  const counted = models.filter(
    (key) => allModels || [...key.matchAll(WORD)].some(([word]) => words.has(word)),
  );
  await inParallel(counted, READERS, enter);
  for (const key of counted) for (const [word] of key.matchAll(WORD)) words.add(word);
  const requests = await inParallel([...evaluations], READERS, (id) =>
    find(store, record.evaluationRequest(id)),
  );
  const generations = new Set(
    requests.flatMap((request) => (request ? [generationId(request.generation)] : [])),
  );
  return { words, generations, runs, evaluations };
}

/** The names below a prefix whose first record is there. */
async function existing(
  store: ObjectStore,
  prefix: string,
  keyOf: (name: string) => string,
): Promise<ReadonlySet<string>> {
  const names = await namesBelow(store, prefix);
  const found = await inParallel(names, READERS, async (name) =>
    (await store.list(keyOf(name))).includes(keyOf(name)),
  );
  return new Set(names.filter((_, index) => found[index]));
}
