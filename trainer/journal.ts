import { Journal, JournalRef } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putBlob, putObject } from '#shared/storage/put-object.ts';
import { findObject, readObject } from '#shared/storage/read-object.ts';
import type { Claim } from './history.ts';
import { journalBytes } from './journal-bytes.ts';
import { fromRecord } from './rollout-record.ts';
import type { Rollout } from './rollouts.ts';

/** The rollouts of a step with the blob of the journal that holds them. */
export interface Journalled {
  readonly blob: string;
  readonly rollouts: readonly Rollout[];
}

/** Stores the rollouts of a step. Nothing may touch a gradient of that step before this has answered. */
export async function putJournal(
  store: ObjectStore,
  { run, incarnation }: Claim,
  step: number,
  rollouts: readonly Rollout[],
): Promise<string> {
  const blob = await putBlob(store, journalBytes(step, rollouts));
  await putObject(store, keys.journal({ run, incarnation, step }), { schemaVersion: 1, blob });
  return blob;
}

/**
 * The rollouts of a step that this driver or one before it has stored; the latest driver's, if several have. A step
 * that is replayed reads them back instead of sampling again.
 */
export async function findJournal(
  store: ObjectStore,
  { run, incarnation }: Claim,
  step: number,
): Promise<Journalled | undefined> {
  for (let earlier = incarnation; earlier >= 1; earlier--) {
    const ref = await findObject(store, keys.journal({ run, incarnation: earlier, step }), JournalRef);
    if (!ref) continue;
    const { rollouts } = await readObject(store, keys.blob(ref.blob), Journal);
    return { blob: ref.blob, rollouts: rollouts.map(fromRecord) };
  }
  return undefined;
}
