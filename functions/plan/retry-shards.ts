import { Outcome, RoundManifest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeKey } from '#shared/storage/outcome-key.ts';
import { readObject } from '#shared/storage/read-object.ts';

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
  const manifest = await readObject(store, keys.roundManifest(before), RoundManifest);
  return Promise.all(
    manifest.shards.map(async ({ from, ...shard }) => {
      const key = outcomeKey(before, { ...shard, from });
      const { kind } = await readObject(store, key, Outcome);
      return kind === 'scored' ? { ...shard, from: key } : shard;
    }),
  );
}
