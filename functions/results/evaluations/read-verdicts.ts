import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest, ScoredItem } from '#shared/records/evaluations.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { findHeld } from '../held.ts';

/** Outcomes that are read at a time. */
const READERS = 16;

/**
 * The verdicts of a round so far, without texts, by shard in the order of its manifest; nothing of shards that failed or
 * are not over. Each outcome is held once it is there: a shard's verdicts are the same array again.
 */
export function readVerdicts(
  ref: RoundRef,
  manifest: RoundManifest | undefined,
  store: ObjectStore,
): Promise<readonly (readonly ScoredItem[])[]> {
  return inParallel(manifest?.shards ?? [], READERS, async (shard) => {
    const outcome = await findHeld(store, outcomeOf(ref, shard));
    return outcome?.kind === 'scored' ? outcome.items : [];
  });
}
