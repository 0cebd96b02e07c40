import { Outcome, RoundManifest, type ScoredItem } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeKey } from '#shared/storage/outcome-key.ts';
import { findObject } from '#shared/storage/read-object.ts';

export type Shard = RoundManifest['shards'][number];

/** Everything that a round has scored so far. */
export async function readRoundItems(ref: RoundRef, store: ObjectStore): Promise<readonly ScoredItem[]> {
  const manifest = await findObject(store, keys.roundManifest(ref), RoundManifest);
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
  const outcome = await findObject(store, outcomeKey(ref, shard), Outcome);
  return outcome?.kind === 'scored' ? outcome.items : [];
}
