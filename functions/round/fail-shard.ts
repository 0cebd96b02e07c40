import type { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ShardRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
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
  const { shards } = await read(store, record.roundManifest(ref));
  const shard = shards[ref.shard];
  if (shard && shard.from === undefined) {
    await put(store, record.outcome(ref, ref.shard), { kind: 'failed', reason });
  }
  await finish(ref, store);
}
