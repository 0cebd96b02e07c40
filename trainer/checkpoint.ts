import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fetchModelFolder,
  policyFiles,
  pushModelFolder,
  sha256OfFile,
} from '#shared/adapters/local/model-folder.ts';
import { requestFor } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import type { Checkpoint, EvaluationRequest, FileRef, Step } from '#shared/messages.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import type { EngineClient } from './engine-client.ts';
import { assertCurrent, type Claim } from './history.ts';

export interface CheckpointPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** A folder of our own for what passes between engine and store. */
  readonly scratch: string;
  /** Where models are kept as folders. */
  readonly cache: string;
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
const draftOf = (folder: string) => ({ model: join(folder, 'model'), state: join(folder, 'state') });

/** Has the engine write what it holds now into a folder for `storeEngineState`; it may go on training then. */
export async function draftEngineState(
  engine: EngineClient,
  baseFolder: string,
  { scratch }: CheckpointPorts,
): Promise<string> {
  const folder = join(scratch, randomUUID());
  const { model, state } = draftOf(folder);
  try {
    await mkdir(model, { recursive: true });
    await mkdir(state, { recursive: true });
    const exported = (await engine.call('export_hf', { directory: model })).result.files;
    await engine.call('save_state', { directory: state });
    const tokenizerFiles = (await policyFiles(baseFolder)).filter(
      (name) => !exported.includes(name) && !/^model.*safetensors/.test(name),
    );
    for (const name of tokenizerFiles) await copyFile(join(baseFolder, name), join(model, name));
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Stores what `draftEngineState` wrote, removes the folder, and gives back what a checkpoint says of it. */
export async function storeEngineState(
  folder: string,
  run: string,
  { store }: CheckpointPorts,
): Promise<StoredState> {
  const { model, state } = draftOf(folder);
  try {
    const digest = await pushModelFolder(store, model);
    const refs = await Promise.all(
      (await readdir(state)).map(async (name) => [name, await putState(store, run, join(state, name))]),
    );
    return { model: digest, state: Object.fromEntries(refs) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Commits a checkpoint: everything it names is stored already; the pending marker comes before it, so that a lost
 * event is found, and the event after it.
 *
 * @throws {KnownError} `superseded`
 */
export async function commitCheckpoint(
  claim: Claim,
  stored: StoredState,
  content: CheckpointContent,
  { store, clock }: CheckpointPorts,
): Promise<void> {
  await assertCurrent(store, claim);
  const ref = { ...claim, step: content.step };
  const evaluation = content.evaluation && requestFor(stored.model, content.evaluation);
  if (evaluation)
    await putObject(store, keys.pendingCheckpoint(ref), { schemaVersion: 1, createdAt: clock.now() });
  await putObject(store, keys.checkpoint(ref), {
    schemaVersion: 1,
    ...stored,
    step: content.step,
    parent: content.parent,
    steps: content.steps,
    evaluation,
  });
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
  await mkdir(state, { recursive: true });
  for (const [name, { sha256 }] of Object.entries(checkpoint.state)) {
    await store.getFile(keys.state(run, sha256), join(state, name));
    if ((await sha256OfFile(join(state, name))) !== sha256) {
      // Out of the way, so that the replay from the checkpoint before can store it again.
      await store.delete(keys.state(run, sha256));
      throw new KnownError('checksum-wrong', `The optimizer state ${sha256} of run ${run} is damaged.`);
    }
  }
  return { model, state };
}

async function putState(store: ObjectStore, run: string, path: string): Promise<FileRef> {
  const ref = { sha256: await sha256OfFile(path), sizeBytes: (await stat(path)).size };
  await store.putFile(keys.state(run, ref.sha256), path);
  return ref;
}
