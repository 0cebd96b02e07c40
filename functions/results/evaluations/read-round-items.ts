import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ScoredItem } from '#shared/records/evaluations.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import { readVerdicts } from './read-verdicts.ts';

/** Everything that a round has scored so far, in the order of its manifest; nothing of shards that failed or are not over. */
export async function readRoundItems(ref: RoundRef, store: ObjectStore): Promise<readonly ScoredItem[]> {
  const manifest = await findHeld(store, record.roundManifest(ref));
  return (await readVerdicts(ref, manifest, store)).flat();
}
