import type { ShardRef } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { finish } from './finish.ts';

/** Ends a shard of a cancelled round with the failure outcome `cancelled`. @returns whether it was cancelled */
export async function endIfCancelled(ref: ShardRef, store: ObjectStore): Promise<boolean> {
  if (!(await store.get(keys.cancelled(ref)))) return false;
  const outcome = { schemaVersion: 1, kind: 'failed', reason: 'cancelled' };
  await putObject(store, keys.outcome(ref, ref.shard), outcome);
  await finish(ref, store);
  return true;
}
