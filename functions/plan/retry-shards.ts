import { KnownError } from '#shared/errors.ts';
import { Outcome, RoundManifest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeKey } from '#shared/storage/outcome-key.ts';
import { findObject, readObject } from '#shared/storage/read-object.ts';

/**
 * The shards of a retry: good outcomes of the round before by reference, failed ones to run again.
 *
 * @throws {KnownError} `round-unfinished` when the round before has no summary
 */
export async function retryShards(
  { evaluation, round }: RoundRef,
  store: ObjectStore,
): Promise<RoundManifest['shards']> {
  const before = { evaluation, round: round - 1 };
  const manifest = await findObject(store, keys.roundManifest(before), RoundManifest);
  if (!manifest || !(await store.get(keys.summary(before)))) {
    throw new KnownError(
      'round-unfinished',
      `Round ${before.round} of evaluation ${evaluation} has no summary yet. Retry when it is over.`,
    );
  }
  return Promise.all(
    manifest.shards.map(async ({ from: _, ...shard }, index) => {
      const key = outcomeKey(before, manifest.shards[index] as (typeof manifest.shards)[number]); // same array
      const { kind } = await readObject(store, key, Outcome);
      return kind === 'scored' ? { ...shard, from: key } : shard;
    }),
  );
}
