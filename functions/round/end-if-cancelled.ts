import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ShardRef } from '#shared/storage/keys.ts';
import { keys } from '#shared/storage/keys.ts';
import { failShard } from './fail-shard.ts';

/** Ends a shard of a cancelled round with the failure outcome `cancelled`. @returns whether it was cancelled */
export async function endIfCancelled(ref: ShardRef, store: ObjectStore): Promise<boolean> {
  if (!(await store.get(keys.cancelled(ref)))) return false;
  await failShard(ref, 'cancelled', store);
  return true;
}
