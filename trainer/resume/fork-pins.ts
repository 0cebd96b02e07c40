/**
 * Between a run whose retention deletes state and others that are to begin with a checkpoint of it. Retention releases
 * a checkpoint, then looks for pins, then deletes; a fork puts its pin, then looks whether the checkpoint is released.
 * So whichever comes second sees the other, and no fork begins with state that is about to go.
 */

import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseCheckpoint, parseFork } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/**
 * Keeps the state of a checkpoint until the run that begins with it has a checkpoint of its own.
 *
 * @throws {KnownError} `fork-stateless` where that state is gone, or about to go
 */
export async function pinFork(store: ObjectStore, checkpoint: string, child: string): Promise<void> {
  const origin = parseCheckpoint(checkpoint);
  await put(store, record.fork(origin, child), {});
  const released = await store.list(keys.prefix.allReleased(origin.run));
  if (!released.includes(keys.released(origin))) return;
  throw new KnownError(
    'fork-stateless',
    `The checkpoint of step ${origin.step} of run ${origin.run} has just given up its optimizer state. Fork a newer one.`,
  );
}

/** The checkpoints of a run that another run waits to begin with, by key. */
export async function pinnedCheckpoints(store: ObjectStore, run: string): Promise<ReadonlySet<string>> {
  const pinned = new Set<string>();
  for (const { child, ...ref } of (await store.list(keys.prefix.forks(run))).map(parseFork)) {
    if (!(await hasCheckpoint(store, child))) pinned.add(keys.checkpoint(ref));
  }
  return pinned;
}

/** Marks checkpoints as given up. @param checkpoints - their keys */
export async function release(
  store: ObjectStore,
  run: string,
  checkpoints: readonly string[],
): Promise<void> {
  const released = new Set(await store.list(keys.prefix.allReleased(run)));
  for (const mark of checkpoints.map((checkpoint) => record.released(parseCheckpoint(checkpoint))))
    if (!released.has(mark.key)) await put(store, mark, {});
}

/** Whether a run has a checkpoint of its own, and with it all that it goes on from. */
export async function hasCheckpoint(store: ObjectStore, run: string): Promise<boolean> {
  return (await store.list(keys.prefix.checkpoints(run), { limit: 1 })).length > 0;
}
