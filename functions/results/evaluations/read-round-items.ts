import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest, ScoredItem } from '#shared/records/evaluations.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

export type Shard = RoundManifest['shards'][number];

/** Everything that a round has scored so far. */
export async function readRoundItems(ref: RoundRef, store: ObjectStore): Promise<readonly ScoredItem[]> {
  const manifest = await find(store, record.roundManifest(ref));
  const items: ScoredItem[] = [];
  for (const shard of manifest?.shards ?? []) items.push(...(await readShardItems(ref, shard, store)));
  return items;
}

/** What a shard has scored, in the order of its manifest; nothing where it failed or is not over. */
export async function readShardItems(
  ref: RoundRef,
  shard: Shard,
  store: ObjectStore,
): Promise<readonly ScoredItem[]> {
  const outcome = await find(store, outcomeOf(ref, shard));
  return outcome?.kind === 'scored' ? outcome.items : [];
}
