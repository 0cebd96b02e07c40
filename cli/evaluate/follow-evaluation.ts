import { setTimeout as sleep } from 'node:timers/promises';
import { foreignCode, KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { keys, parseOutcome } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

const POLL_MS = 200;

/** The summary of an evaluation, if it is finished. @throws {KnownError} with the code of its refusal */
export async function findSummary(store: ObjectStore, evaluation: string): Promise<Summary | undefined> {
  const round = { evaluation, round: 0 };
  const summary = await find(store, record.summary(round));
  if (summary) return summary;
  const refused = await find(store, record.refused(round));
  if (refused)
    throw new KnownError(
      foreignCode(refused.code),
      `The evaluation ${evaluation} was refused: ${refused.detail}`,
    );
  return undefined;
}

/** Waits for the summary until `signal` says that nobody does. @param onScored - hears which shards are scored */
export async function followEvaluation(
  store: ObjectStore,
  evaluation: string,
  {
    onScored,
    signal,
  }: { onScored: (manifest: RoundManifest, shards: number[]) => void; signal: AbortSignal },
): Promise<Summary> {
  const round = { evaluation, round: 0 };
  let manifest: RoundManifest | undefined; // which never changes
  for (;;) {
    const summary = await findSummary(store, evaluation);
    // The marker goes after the summary; whoever ends the runner in between leaves it to the next one.
    if (summary && !(await store.get(keys.pendingEvaluation(round)))) return summary;
    manifest ??= await find(store, record.roundManifest(round));
    if (manifest) onScored(manifest, (await store.list(keys.prefix.outcomes(round))).map(parseOutcome));
    await sleep(POLL_MS, undefined, { signal });
  }
}
