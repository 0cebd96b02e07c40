import { Checkpoint, Incarnation, Rescue } from '../messages.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { isRescue, keys, parseCheckpoint, parseIncarnation } from './keys.ts';
import { readObject } from './read-object.ts';

export interface StoredCheckpoint {
  readonly key: string;
  readonly checkpoint: Checkpoint;
}

/** The run's checkpoints from its first to its newest, along parents. */
export async function readCheckpointLine(
  store: ObjectStore,
  run: string,
): Promise<readonly StoredCheckpoint[]> {
  const line: StoredCheckpoint[] = [];
  for (let key = await newestCheckpoint(store, run); key !== null; ) {
    const checkpoint: Checkpoint = await readObject(store, key, Checkpoint);
    line.push({ key, checkpoint });
    key = checkpoint.parent;
  }
  return line.reverse();
}

/** Key of the checkpoint that the run stands at, `null` before its first. */
export async function newestCheckpoint(store: ObjectStore, run: string): Promise<string | null> {
  const key = await newestState(store, run);
  return key !== null && isRescue(key) ? (await readObject(store, key, Rescue)).parent : key;
}

/**
 * Key of the checkpoint or rescue that a driver of the run goes on from, `null` before the first: the newest of the
 * highest incarnation, else what that incarnation resumed from.
 */
export async function newestState(store: ObjectStore, run: string): Promise<string | null> {
  const last = (await store.list(keys.incarnations(run))).at(-1);
  if (last === undefined) return null;
  const incarnation = parseIncarnation(last);
  const own = [...(await store.list(keys.checkpoints(run))), ...(await store.list(keys.rescues(run)))]
    .map((key) => ({ key, ...parseCheckpoint(key) }))
    .filter((state) => state.incarnation === incarnation)
    .sort((a, b) => a.step - b.step);
  return own.at(-1)?.key ?? (await readObject(store, last, Incarnation)).resumesFrom;
}
