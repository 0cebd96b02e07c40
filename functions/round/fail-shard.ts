import type { KnownError } from '#shared/errors.ts';
import { RoundManifest, type ShardRef } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { finish } from './finish.ts';

/**
 * Ends a shard with a failure outcome, unless it has an outcome already or takes that of an earlier round, and the
 * round if this was the last.
 */
export async function failShard(
  ref: ShardRef,
  reason: KnownError['code'],
  store: ObjectStore,
): Promise<void> {
  const { shards } = await readObject(store, keys.roundManifest(ref), RoundManifest);
  const shard = shards[ref.shard];
  if (shard && shard.from === undefined) {
    await putObject(store, keys.outcome(ref, ref.shard), { schemaVersion: 1, kind: 'failed', reason });
  }
  await finish(ref, store);
}
