import type { z } from 'zod';
import { KnownError } from '../errors.ts';
import type { ReadableStore } from '../ports/object-store.ts';
import type { Checkpoint, Rescue } from '../records/runs.ts';
import { isDamage } from './damage.ts';
import { isRescue, keys, parseCheckpoint, parseIncarnation, type StepRef } from './keys.ts';
import { read } from './read.ts';
import type { RecordSchema, StoredRecord } from './records.ts';
import { record } from './records.ts';

export interface StoredCheckpoint {
  readonly key: string;
  readonly checkpoint: Checkpoint;
}

/**
 * The run's checkpoints from its first to its newest, along parents. One whose manifest is damaged is left out, as a
 * driver passes it over.
 */
export async function readCheckpointLine(
  store: ReadableStore,
  run: string,
): Promise<readonly StoredCheckpoint[]> {
  return checkpointsTo(store, await newestCheckpoint(store, run));
}

/** The checkpoints that lead to one, it among them. @throws {KnownError} `object-invalid` where parents go round */
export async function checkpointsTo(
  store: ReadableStore,
  newest: string | null,
): Promise<readonly StoredCheckpoint[]> {
  const line: StoredCheckpoint[] = [];
  for (let key = newest; key !== null; ) {
    const checkpoint: Checkpoint | undefined = await readIfWhole(store, record.checkpoint.at(key));
    if (checkpoint) line.push({ key, checkpoint });
    const parent: string | null = checkpoint ? checkpoint.parent : await checkpointBefore(store, key);
    assertEarlier(parent, key);
    key = parent;
  }
  return line.reverse();
}

/** A line ends only if each parent lies before its child. */
function assertEarlier(parent: string | null, key: string): void {
  if (parent === null || parseCheckpoint(parent).step < parseCheckpoint(key).step) return;
  throw new KnownError(
    'object-invalid',
    `The checkpoint ${key} says that it came from ${parent}, which is no earlier step. Restore it, or remove its run.`,
  );
}

/** Key of the checkpoint that the run stands at, `null` before its first. */
export async function newestCheckpoint(store: ReadableStore, run: string): Promise<string | null> {
  return checkpointOf(store, await newestState(store, run));
}

/**
 * Key of the checkpoint or rescue that a driver of the run goes on from, `null` before the first: the newest of the
 * highest incarnation, else what that incarnation resumed from.
 */
export async function newestState(store: ReadableStore, run: string): Promise<string | null> {
  const last = (await store.list(keys.prefix.incarnations(run))).at(-1);
  if (last === undefined) return null;
  const stored = [
    ...(await store.list(keys.prefix.checkpoints(run))),
    ...(await store.list(keys.prefix.rescues(run))),
  ];
  return newestBefore(store, { run, incarnation: parseIncarnation(last), step: Infinity }, stored);
}

/**
 * Key of the checkpoint that comes before a checkpoint or rescue, `null` before the first: its parent, or where its
 * manifest does not tell any more, what a driver of its incarnation had committed or begun with.
 */
export async function checkpointBefore(store: ReadableStore, key: string): Promise<string | null> {
  const state = await readIfWhole(store, stateAt(key));
  if (state) return state.parent;
  const ref = parseCheckpoint(key);
  return checkpointOf(
    store,
    await newestBefore(store, ref, await store.list(keys.prefix.checkpoints(ref.run))),
  );
}

/** The checkpoint or rescue that lies at a key. */
export function stateAt(key: string): StoredRecord<typeof Checkpoint | typeof Rescue> {
  return isRescue(key) ? record.rescue.at(key) : record.checkpoint.at(key);
}

/** The newest state before a step that an incarnation has stored; else what that incarnation resumed from. */
async function newestBefore(
  store: ReadableStore,
  { run, incarnation, step }: StepRef,
  stored: readonly string[],
): Promise<string | null> {
  const own = stored
    .map((key) => ({ key, ...parseCheckpoint(key) }))
    .filter((state) => state.incarnation === incarnation && state.step < step)
    .sort((a, b) => a.step - b.step);
  if (own.length > 0) return own.at(-1)?.key ?? null;
  return (await read(store, record.incarnation(run, incarnation))).resumesFrom;
}

/** The checkpoint of a state: itself, or the one before a rescue. */
async function checkpointOf(store: ReadableStore, state: string | null): Promise<string | null> {
  return state !== null && isRescue(state) ? checkpointBefore(store, state) : state;
}

/** The object, `undefined` where it is damaged. */
async function readIfWhole<S extends RecordSchema>(
  store: ReadableStore,
  stored: StoredRecord<S>,
): Promise<z.output<S> | undefined> {
  try {
    return await read(store, stored);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
