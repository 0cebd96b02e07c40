import { inParallel } from '#shared/in-parallel.ts';
import type { ScoredItem } from '#shared/records/evaluations.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { NewestRound } from './newest-round.ts';

/** Outcomes that are read at a time. */
const READERS = 16;

/** The verdicts of a round so far, in the order of its manifest, without texts; each outcome is held once it is there. */
export async function readVerdicts(
  { ref, manifest }: NewestRound,
  { store }: Pick<ResultsPorts, 'store'>,
): Promise<readonly ScoredItem[]> {
  const scored = await inParallel(manifest?.shards ?? [], READERS, async (shard) => {
    const outcome = await findHeld(store, outcomeOf(ref, shard));
    return outcome?.kind === 'scored' ? outcome.items : [];
  });
  return scored.flat();
}
