import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ScoredItem } from '#shared/records/evaluations.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';

/** Outcomes that are read at a time. */
const READERS = 16;

/** Everything that a round has scored so far, in the order of its manifest; nothing of shards that failed or are not over. */
export async function readRoundItems(ref: RoundRef, store: ObjectStore): Promise<readonly ScoredItem[]> {
  const manifest = await findHeld(store, record.roundManifest(ref));
  const scored = await inParallel(manifest?.shards ?? [], READERS, async (shard) => {
    const outcome = await findHeld(store, outcomeOf(ref, shard));
    return outcome?.kind === 'scored' ? outcome.items : [];
  });
  return scored.flat();
}
