import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest, TakenOver } from '#shared/records/evaluations.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import type { RoundEnd } from '#shared/storage/newest-end.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

const POLL_MS = 200;

export interface RoundObserver {
  /** Hears which shards are scored. */
  readonly onScored: (manifest: RoundManifest, shards: number[]) => void;
  /** Hears once what the round has of other evaluations, if it has anything. */
  readonly onTakenOver: (taken: TakenOver) => void;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Waits for the end of a round. */
export async function followRound(
  store: ObjectStore,
  round: RoundRef,
  { onScored, onTakenOver, signal }: RoundObserver,
): Promise<RoundEnd> {
  let manifest: RoundManifest | undefined; // which never changes
  let isPlanned = false;
  for (;;) {
    const end = await endOf(store, round);
    manifest ??= await find(store, record.roundManifest(round));
    const outcomes = await store.list(keys.prefix.outcomes(round));
    if (!isPlanned) {
      const taken = await find(store, record.takenOver(round));
      if (taken) onTakenOver(taken);
      // It is said before anything is asked for, so that nothing more is said then.
      isPlanned = taken !== undefined || outcomes.length > 0;
    }
    // The marker goes after the end; whoever ends the runner in between leaves it to the next one.
    if (end && !(await store.get(keys.pendingEvaluation(round)))) return end;
    if (manifest) onScored(manifest, scoredShards(manifest, outcomes));
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function endOf(store: ObjectStore, round: RoundRef): Promise<RoundEnd | undefined> {
  const summary = await find(store, record.summary(round));
  if (summary) return { kind: 'scored', summary };
  const refused = await find(store, record.refused(round));
  return refused && { kind: 'refused', refused };
}

/** Those with an outcome of this round, and those that count by reference from an earlier one. */
function scoredShards({ shards }: RoundManifest, outcomes: readonly string[]): number[] {
  const earlier = shards.filter(({ from }) => from !== undefined).map(({ shard }) => shard);
  return [...earlier, ...outcomes.map(parseOutcome)];
}
