/**
 * How a run outlives its processes. A driver claims the run (`claim.ts`), goes on from the newest complete
 * state (`resume-point.ts`), makes checkpoints behind the steps (`checkpoint-chain.ts`), saves a rescue when
 * it is told to stop (`rescue.ts`) and deletes state that nobody would go on from (`retention.ts`). This file
 * writes and reads one checkpoint.
 */

import { randomUUID } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk, removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { fetchChecked } from '#shared/adapters/local/fetch-checked.ts';
import { companionFiles, fetchModelFolder, pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { requestFor } from '#shared/benchmarks/evaluation-request.ts';
import type { CheckpointCommitted } from '#shared/messaging/messages.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Checkpoint, Step } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { Result } from '../engine-client/engine-protocol.ts';
import { assertCurrent, type Claim } from './claim.ts';
import type { SideWork } from './side-work.ts';
import { storeState } from './store-state.ts';

export interface CheckpointPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** A folder of our own for what passes between engine and store. */
  readonly scratch: string;
  /** Where models are kept as folders. */
  readonly cache: string;
}

/** What committing a checkpoint needs besides: who hears of it, and how that may be late. */
export interface CommitPorts extends CheckpointPorts {
  readonly plan: Queue;
  readonly sideWork: SideWork;
}

/** What the store needs to know of a checkpoint besides what the engine writes. */
export interface CheckpointContent {
  readonly step: number;
  readonly parent: string | null;
  readonly steps: readonly Pick<Step, 'step' | 'metrics'>[];
  readonly evaluation: EvaluationRequest | null;
}

/** What a checkpoint says of weights and optimizer state in the store. */
export type StoredState = Pick<Checkpoint, 'model' | 'state'>;

/** What the engine writes of itself, in a folder that holds nothing else. */
export interface Draft {
  readonly folder: string;
  readonly model: string;
  readonly state: string;
  /** What it has written, once it has. */
  readonly written: Promise<Result<'save_state'>>;
}

/**
 * Has the engine write what it holds now into a folder, for `storeEngineState` or `discardDraft`. It may go on training as soon as it is
 * asked: what would change the state waits until it is written.
 */
export async function draftEngineState(
  engine: EngineClient,
  baseFolder: string,
  { scratch }: CheckpointPorts,
): Promise<Draft> {
  const folder = join(scratch, randomUUID());
  const [model, state] = [join(folder, 'model'), join(folder, 'state')];
  await explainingDisk(folder, async () => {
    await mkdir(model, { recursive: true });
    await mkdir(state, { recursive: true });
  });
  const written = engine.call('save_state', { model, directory: state }).then(async ({ result }) => {
    await explainingDisk(model, () => copyTokenizer(baseFolder, model, Object.keys(result.model)));
    return result;
  });
  written.catch(() => {}); // for whoever stores it
  return { folder, model, state, written };
}

/** Stores what `draftEngineState` has written, removes the folder, and gives back what a checkpoint says of it. */
export async function storeEngineState(
  { folder, model, state, written }: Draft,
  run: string,
  { store }: CheckpointPorts,
): Promise<StoredState> {
  try {
    const files = await written;
    const digest = await pushModelFolder(store, model, files.model);
    for (const [name, { sha256 }] of Object.entries(files.directory))
      await storeState(store, keys.state(run, sha256), sha256, join(state, name));
    return { model: digest, state: files.directory };
  } finally {
    await removeLeftover(folder);
  }
}

/** Removes a draft that is not stored, once nobody writes in it any more. */
export async function discardDraft({ folder, written }: Draft): Promise<void> {
  await written.catch(() => {});
  await removeLeftover(folder);
}

/**
 * Commits a checkpoint, of which everything that it names is stored already, in this order: the pending marker, by which
 * the sweep finds an event that was lost; the checkpoint itself; the event. A queue that is away holds nobody up.
 *
 * @returns the checkpoint's key
 * @throws {KnownError} `superseded`
 */
export async function commitCheckpoint(
  claim: Claim,
  stored: StoredState,
  content: CheckpointContent,
  { store, clock, plan, sideWork }: Omit<CommitPorts, 'scratch' | 'cache'>,
): Promise<string> {
  await assertCurrent(store, claim);
  const { step } = content;
  const ref = { ...claim, step };
  const evaluation = content.evaluation && requestFor(stored.model, content.evaluation);
  if (evaluation) await put(store, record.pendingCheckpoint(ref), { createdAt: clock.now() });
  const checkpoint = record.checkpoint(ref);
  await put(store, checkpoint, { ...stored, ...content, evaluation });
  if (evaluation) {
    const event: CheckpointCommitted = {
      schemaVersion: 1,
      type: 'checkpoint-committed',
      ...ref,
    };
    await sideWork.do('event', step, () => plan.send(JSON.stringify(event)));
  }
  return checkpoint.key;
}

/**
 * Brings weights and optimizer state of a checkpoint or rescue to folders that the engine can load, each file checked.
 *
 * @throws {KnownError} `model-missing`, `checksum-wrong`, or as the store does where a blob is gone
 */
export async function fetchCheckpoint(
  checkpoint: StoredState,
  run: string,
  { store, scratch, cache }: CheckpointPorts,
): Promise<{ readonly model: string; readonly state: string }> {
  const model = await fetchModelFolder(store, checkpoint.model, cache);
  const state = join(scratch, randomUUID());
  try {
    await explainingDisk(state, () => mkdir(state, { recursive: true }));
    for (const [name, { sha256 }] of Object.entries(checkpoint.state))
      await fetchChecked(store, keys.state(run, sha256), sha256, join(state, name));
    return { model, state };
  } catch (error) {
    await removeLeftover(state); // room for the next attempt
    throw error;
  }
}

async function copyTokenizer(from: string, to: string, exported: readonly string[]): Promise<void> {
  const files = (await companionFiles(from)).filter((name) => !exported.includes(name));
  for (const name of files) await copyFile(join(from, name), join(to, name));
}
