import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest } from '#shared/records/evaluations.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** The newest earlier round that was not refused, which a retry goes on from; `undefined` if there is none. */
export async function roundBefore(
  { evaluation, round }: RoundRef,
  store: ObjectStore,
): Promise<RoundRef | undefined> {
  for (let earlier = round - 1; earlier >= 0; earlier--) {
    const ref = { evaluation, round: earlier };
    if (await store.get(keys.summary(ref))) return ref;
    if (!(await store.get(keys.refused(ref)))) return ref;
  }
  return undefined;
}

/** The shards of a retry: good outcomes of the round before, which is over, by reference; failed ones to run again. */
export async function retryShards(before: RoundRef, store: ObjectStore): Promise<RoundManifest['shards']> {
  const manifest = await read(store, record.roundManifest(before));
  return Promise.all(
    manifest.shards.map(async ({ from, ...shard }) => {
      const outcome = outcomeOf(before, { ...shard, from });
      const { kind } = await read(store, outcome);
      return kind === 'scored' ? { ...shard, from: outcome.key } : shard;
    }),
  );
}
