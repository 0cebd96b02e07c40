import { Checkpoint, Incarnation } from '../messages.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { keys, parseCheckpoint, parseIncarnation } from './keys.ts';
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

/**
 * Key of the checkpoint that the run stands at, `null` before its first: the newest of the highest incarnation, else
 * what that incarnation resumed from.
 */
export async function newestCheckpoint(store: ObjectStore, run: string): Promise<string | null> {
  const last = (await store.list(keys.incarnations(run))).at(-1);
  if (last === undefined) return null;
  const incarnation = parseIncarnation(last);
  const own = (await store.list(keys.checkpoints(run))).filter(
    (key) => parseCheckpoint(key).incarnation === incarnation,
  );
  return own.at(-1) ?? (await readObject(store, last, Incarnation)).resumesFrom;
}
