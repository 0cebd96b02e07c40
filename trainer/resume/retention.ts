import { Checkpoint, Rescue } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { assertCurrent, type Claim } from './claim.ts';
import { pinnedCheckpoints, release } from './fork-pins.ts';

/** How many checkpoints keep their optimizer state: where the newest is damaged a run goes on from the one before. */
export const KEPT = 2;

type Stateful = Pick<Checkpoint, 'state'>;

/**
 * Deletes optimizer state that no run would go on from: all but that of the newest two checkpoints, of a rescue newer
 * than them, and of checkpoints that forks wait to begin with (`fork-pins.ts`). Files are named by their content, and
 * one that anything kept names stays. To be called when a checkpoint is committed; whatever a crash leaves undone is
 * done after the next one.
 *
 * @param newest - key of the checkpoint that was committed
 * @throws {KnownError} `superseded`
 */
export async function deleteOldState(store: ObjectStore, claim: Claim, newest: string): Promise<void> {
  // Listed first: what another driver stores from now on is none of ours to judge.
  const stored = await store.list(keys.states(claim.run));
  const line = await newestCheckpoints(store, newest);
  await assertCurrent(store, claim);
  const others = await releaseOthers(store, claim, [...line.keys()]);
  const kept = [...line.values(), ...others, ...(await newerRescues(store, claim.run, newest))];
  const named = new Set(
    kept.flatMap(({ state }) => Object.values(state).map(({ sha256 }) => keys.state(claim.run, sha256))),
  );
  await assertCurrent(store, claim);
  for (const key of stored) if (!named.has(key)) await store.delete(key);
}

/** The newest checkpoints that keep their state, by their keys. */
async function newestCheckpoints(store: ObjectStore, newest: string): Promise<ReadonlyMap<string, Stateful>> {
  const found = new Map<string, Stateful>();
  for (let key: string | null = newest; key !== null && found.size < KEPT; ) {
    const checkpoint: Checkpoint = await readObject(store, key, Checkpoint);
    found.set(key, checkpoint);
    key = checkpoint.parent;
  }
  return found;
}

/** Gives up all checkpoints, those of later drivers excepted, but the newest ones and pinned ones. @returns those that are pinned after that */
async function releaseOthers(
  store: ObjectStore,
  { run, incarnation }: Claim,
  line: readonly string[],
): Promise<readonly Stateful[]> {
  const pinned = await pinnedCheckpoints(store, run);
  const given = (await store.list(keys.checkpoints(run))).filter(
    (key) => !line.includes(key) && !pinned.has(key) && parseCheckpoint(key).incarnation <= incarnation,
  );
  await release(store, run, given);
  const still = await pinnedCheckpoints(store, run);
  return Promise.all([...still].map((key) => readObject(store, key, Checkpoint)));
}

async function newerRescues(store: ObjectStore, run: string, newest: string): Promise<readonly Stateful[]> {
  const { step } = parseCheckpoint(newest);
  const newer = (await store.list(keys.rescues(run))).filter((key) => parseCheckpoint(key).step > step);
  return Promise.all(newer.map((key) => readObject(store, key, Rescue)));
}
