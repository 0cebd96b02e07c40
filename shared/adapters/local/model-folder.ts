/**
 * Models between the object store, where a manifest names content-addressed blobs, and Hugging Face folders, which
 * is what torch and the decoder read.
 */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestId } from '../../encoding/digest.ts';
import { KnownError, messageOf } from '../../errors.ts';
import { WEIGHTS_FILE, WEIGHTS_INDEX, weightFiles } from '../../inference/model-weights.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { FileRef, ModelManifest } from '../../records/models.ts';
import { keys } from '../../storage/keys.ts';
import { put } from '../../storage/put.ts';
import { find } from '../../storage/read.ts';
import { record } from '../../storage/records.ts';
import { explainDiskError, explainingDisk, isCode, removeLeftover } from '../disk/explain-disk-error.ts';
import { draftName, hasDeadWriter } from '../disk/drafts.ts';
import { fetchChecked } from './fetch-checked.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** What makes a policy besides its weights; anything else in a folder (optimizer states, README, pickles) is no part of it. */
export const COMPANIONS = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];
/** Before the name of a folder that is being filled. */
const DRAFT = '.';
const REQUIRED = ['config.json', 'tokenizer.json'];

/**
 * The policy files of a Hugging Face folder, by name.
 *
 * @throws {KnownError} `model-missing`, `model-invalid`, `model-file-invalid`
 */
export async function policyFiles(directory: string): Promise<readonly string[]> {
  const names = new Set(await namesIn(directory));
  const missing = REQUIRED.filter((name) => !names.has(name));
  const weights = await weightFiles(directory);
  for (const name of weights) if (!(await exists(join(directory, name)))) missing.push(name);
  if (missing.length > 0) {
    throw new KnownError(
      'model-invalid',
      `${directory} is no Hugging Face model folder: it lacks ${missing.join(', ')}. ` +
        'Weights must be safetensors; save them again with save_pretrained if they are not.',
    );
  }
  const index = weights.includes(WEIGHTS_FILE) ? [] : [WEIGHTS_INDEX];
  return [...(await companionFiles(directory)), ...weights, ...index].sort();
}

/** The policy files besides weights. @throws {KnownError} `model-missing` */
export async function companionFiles(directory: string): Promise<readonly string[]> {
  const names = await namesIn(directory);
  return COMPANIONS.filter((name) => names.includes(name));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((cause: unknown) => {
    const message = `There is no model folder ${directory}: ${messageOf(cause)}. Name a Hugging Face folder.`;
    throw new KnownError('model-missing', message, { cause });
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/**
 * Stores the policy files of a folder and their manifest; gives back the model's digest.
 *
 * @param finals - files whose content is known, and that nobody will write to again
 */
export async function pushModelFolder(
  store: ObjectStore,
  directory: string,
  finals: Readonly<Record<string, FileRef>> = {},
): Promise<string> {
  const files: Record<string, FileRef> = {};
  for (const name of await policyFiles(directory)) {
    const path = join(directory, name);
    const final = finals[name];
    const ref = final ?? { sha256: await sha256OfFile(path), sizeBytes: (await stat(path)).size };
    await store.putFile(keys.blob(ref.sha256), path, { final: final !== undefined });
    files[name] = ref;
  }
  const digest = modelDigest({ files });
  await put(store, record.model(digest), { files });
  return digest;
}

export function modelDigest({ files }: Pick<ModelManifest, 'files'>): string {
  return digestId(files);
}

/**
 * A folder under `cache` that holds exactly the files of the model, each checked against its sha256 now.
 *
 * @throws {KnownError} `model-missing`, `checksum-wrong`
 */
export async function fetchModelFolder(store: ObjectStore, digest: string, cache: string): Promise<string> {
  const manifest = await find(store, record.model(digest));
  if (!manifest) {
    throw new KnownError(
      'model-missing',
      `The store has no model ${digest}. Push it with "oneshot model push".`,
    );
  }
  const folder = join(cache, digest);
  if (await isWhole(folder, manifest)) return folder;
  await explainingDisk(folder, () => rm(folder, { recursive: true, force: true }));
  await removeDrafts(cache);
  const draft = join(cache, `${DRAFT}${draftName()}`);
  try {
    for (const [name, { sha256 }] of Object.entries(manifest.files)) {
      const path = join(draft, name);
      await explainingDisk(path, () => mkdir(dirname(path), { recursive: true }));
      await fetchChecked(store, keys.blob(sha256), sha256, path);
    }
    // Another process may have finished first; its folder holds the same bytes.
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await isWhole(folder, manifest))) throw explainDiskError(error, folder);
    });
  } finally {
    await removeLeftover(draft);
  }
  return folder;
}

/** Removes what killed processes have left, which may be gigabytes. */
async function removeDrafts(cache: string): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    if (name.startsWith(DRAFT) && hasDeadWriter(name.slice(DRAFT.length)))
      await removeLeftover(join(cache, name));
  }
}

/** @throws {KnownError} where a file is there and cannot be read, which says nothing about its bytes */
async function isWhole(folder: string, { files }: ModelManifest): Promise<boolean> {
  for (const [name, { sha256 }] of Object.entries(files)) {
    if ((await sha256IfThere(join(folder, name))) !== sha256) return false;
  }
  return true;
}

async function sha256IfThere(path: string): Promise<string | undefined> {
  try {
    return await sha256OfFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw explainDiskError(error, path);
  }
}
