import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { itemName } from '#shared/items.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type {
  EvaluationRequest,
  Item,
  PartHeader,
  RoundManifest,
  TakenOver,
} from '#shared/records/evaluations.ts';
import { encodePart, missingItems, type Part, readParts } from '#shared/storage/completion-part.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type StoredAt, storedCompletions } from '../admission/stored-completions.ts';

/** Shards whose completions are looked for at a time. */
const READS = 32;

/** A shard, and what its generation holds of it. */
interface Filling {
  readonly shard: number;
  readonly items: readonly Item[];
  readonly missing: readonly Item[];
  readonly parts: number;
  readonly takenOver: TakenOver['from'];
}

/**
 * Copies what other evaluations have of the completions that open shards lack, each shard's as its next parts, and says so
 * beside the round. A copy stays whatever becomes of the evaluation that it is from. What cannot be read there, since it is
 * damaged or was removed meanwhile, is made anew.
 *
 * @returns the shards that still lack some
 */
export async function takeOver(
  ref: RoundRef,
  request: EvaluationRequest,
  { generation, open }: { readonly generation: string; readonly open: RoundManifest['shards'] },
  store: ObjectStore,
): Promise<ReadonlySet<number>> {
  const found = await inParallel(open, READS, (shard) => fillingOf(shard, generation, store));
  const isWhole = found.every(({ missing }) => missing.length === 0);
  const stored = isWhole ? new Map<string, StoredAt>() : await storedCompletions(request, store, generation);
  const filled = await inParallel(found, READS, (filling) => fill(filling, generation, stored, store));
  const from = totals(filled.flatMap(({ takenOver }) => takenOver));
  // Before the shards are asked for: who sees an outcome of the round sees this too.
  if (from.length > 0) await put(store, record.takenOver(ref), { from });
  return new Set(filled.filter(({ missing }) => missing.length > 0).map(({ shard }) => shard));
}

async function fillingOf(
  { shard, items }: Pick<Filling, 'shard' | 'items'>,
  generation: string,
  store: ObjectStore,
): Promise<Filling> {
  const parts = await readParts(store, generation, shard);
  const takenOver = parts.flatMap(({ header, completions, unanswered }) =>
    header.from === undefined
      ? []
      : [{ evaluation: header.from, completions: completions.length + unanswered.length }],
  );
  return { shard, items, missing: missingItems(items, parts), parts: parts.length, takenOver };
}

/** Puts a part for each evaluation that has some of what is missing. */
async function fill(
  filling: Filling,
  generation: string,
  stored: ReadonlyMap<string, StoredAt>,
  store: ObjectStore,
): Promise<Filling> {
  const { shard, missing } = filling;
  const found = missing.flatMap((item) => {
    const at = stored.get(itemName(item));
    return at ? [{ item, at }] : [];
  });
  let part = filling.parts;
  for (const [from, places] of Map.groupBy(found, ({ at }) => at.evaluation)) {
    const copy = await copyOf(places, store);
    if (!copy) continue;
    const { policy, ...answers } = copy;
    const header = { schemaVersion: 1 as const, generation, shard, part, policy, from };
    const answer = await store.putOnce(
      keys.part(generation, shard, part),
      encodePart({ header, ...answers, open: [] }),
    );
    // Another worker has stored this part first: what it holds is no longer missing.
    if (answer === 'exists')
      return fill(await fillingOf(filling, generation, store), generation, stored, store);
    part += 1;
  }
  return part === filling.parts ? filling : fillingOf(filling, generation, store);
}

/** The answers to items of one evaluation; `verified` only if all the parts that they are from are. */
async function copyOf(
  places: readonly { readonly item: Item; readonly at: StoredAt }[],
  store: ObjectStore,
): Promise<(Pick<Part, 'completions' | 'unanswered'> & Pick<PartHeader, 'policy'>) | undefined> {
  const wanted = new Set(places.map(({ item }) => itemName(item)));
  const isWanted = (item: Item) => wanted.has(itemName(item));
  const shards = new Map(places.map(({ at }) => [at.shard, at]));
  const parts = await Promise.all([...shards.values()].map((at) => partsUnlessDamaged(at, store)));
  const holding = parts
    .flat()
    .filter(({ completions, unanswered }) => [...completions, ...unanswered].some(isWanted));
  if (holding.length === 0) return undefined;
  return {
    policy: holding.every(({ header }) => header.policy === 'verified') ? 'verified' : 'claimed',
    completions: holding.flatMap(({ completions }) => completions.filter(isWanted)),
    unanswered: holding.flatMap(({ unanswered }) => unanswered.filter(isWanted)),
  };
}

async function partsUnlessDamaged(
  { generation, shard }: StoredAt,
  store: ObjectStore,
): Promise<readonly Part[]> {
  try {
    return await readParts(store, generation, shard);
  } catch (error) {
    // The evaluation that has them tells of it when it is read.
    if (hasCode(error, 'part-invalid')) return [];
    throw error;
  }
}

/** So many of each evaluation, by its id. */
function totals(from: TakenOver['from']): TakenOver['from'] {
  const byEvaluation = Map.groupBy(from, ({ evaluation }) => evaluation);
  return [...byEvaluation]
    .map(([evaluation, all]) => ({ evaluation, completions: sum(all.map(({ completions }) => completions)) }))
    .sort((one, other) => (one.evaluation < other.evaluation ? -1 : 1));
}
