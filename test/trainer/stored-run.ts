import { createHash } from 'node:crypto';
import { modelDigest } from '#shared/adapters/local/model-folder.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { FileRef } from '#shared/records/models.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';

/** A run in a store, of checkpoints whose weights and optimizer state are some bytes. */
export interface StoredCheckpoints {
  readonly store: ObjectStore;
  readonly run: string;
  readonly incarnation: number;
}

/** What stands for the optimizer state of a step: as many bytes as a page of memory, so that disks can be full of it. */
export function stateOf(step: number): Uint8Array {
  return new Uint8Array(1 << 16).fill(step);
}

export function stateKey(run: string, step: number): string {
  return keys.state(run, sha256(stateOf(step)));
}

/** Commits checkpoints one after another. @returns their keys */
export async function commitLine(
  { store, run, incarnation }: StoredCheckpoints,
  steps: readonly number[],
  parent: string | null = null,
): Promise<string[]> {
  const line: string[] = [];
  for (const step of steps) {
    const key = keys.checkpoint({ run, incarnation, step });
    const rest = { parent: line.at(-1) ?? parent, evaluation: null };
    await put(store, record.checkpoint.at(key), { ...(await storedState(store, run, step)), ...rest });
    line.push(key);
  }
  return line;
}

export async function commitRescueOf(
  { store, run, incarnation }: StoredCheckpoints,
  step: number,
  parent: string,
): Promise<string> {
  const key = keys.rescue({ run, incarnation, step });
  await put(store, record.rescue.at(key), { ...(await storedState(store, run, step)), parent });
  return key;
}

/** Digest of the weights of a step, which are stored. */
export async function storeModel(store: ObjectStore, step: number): Promise<string> {
  const body = Buffer.from(`weights of step ${step}`);
  const files = { 'model.safetensors': { sha256: await putBlob(store, body), sizeBytes: body.length } };
  const digest = modelDigest({ files });
  await put(store, record.model(digest), { files });
  return digest;
}

async function storedState(store: ObjectStore, run: string, step: number) {
  const model = await storeModel(store, step);
  const body = stateOf(step);
  if (step > 0) await store.putOnce(stateKey(run, step), body);
  const ref: FileRef = { sha256: sha256(body), sizeBytes: body.length };
  const state: Record<string, FileRef> = step === 0 ? {} : { 'optimizer.safetensors': ref };
  return { schemaVersion: 1, step, model, state, steps: [] };
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
