import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest } from '#shared/records/evaluations.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import type { RoundEnd } from '#shared/storage/newest-end.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

const POLL_MS = 200;

/** Waits for the end of a round until `signal` says that nobody does. @param onScored - hears which shards are scored */
export async function followRound(
  store: ObjectStore,
  round: RoundRef,
  {
    onScored,
    signal,
  }: { onScored: (manifest: RoundManifest, shards: number[]) => void; signal: AbortSignal },
): Promise<RoundEnd> {
  let manifest: RoundManifest | undefined; // which never changes
  for (;;) {
    const end = await endOf(store, round);
    // The marker goes after the end; whoever ends the runner in between leaves it to the next one.
    if (end && !(await store.get(keys.pendingEvaluation(round)))) return end;
    manifest ??= await find(store, record.roundManifest(round));
    if (manifest) onScored(manifest, scoredShards(manifest, await store.list(keys.prefix.outcomes(round))));
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
