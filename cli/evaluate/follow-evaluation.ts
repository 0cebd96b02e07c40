import { setTimeout as sleep } from 'node:timers/promises';
import { foreignCode, KnownError } from '#shared/errors.ts';
import { Refused, RoundManifest, Summary } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseOutcome } from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';

const POLL_MS = 200;

/** The summary of an evaluation, if it is finished. @throws {KnownError} with the code of its refusal */
export async function findSummary(store: ObjectStore, evaluation: string): Promise<Summary | undefined> {
  const round = { evaluation, round: 0 };
  const summary = await findObject(store, keys.summary(round), Summary);
  if (summary) return summary;
  const refused = await findObject(store, keys.refused(round), Refused);
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
    manifest ??= await findObject(store, keys.roundManifest(round), RoundManifest);
    if (manifest) onScored(manifest, (await store.list(keys.outcomes(round))).map(parseOutcome));
    await sleep(POLL_MS, undefined, { signal });
  }
}
