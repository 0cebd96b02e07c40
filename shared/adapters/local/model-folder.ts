/**
 * Models between the object store, where a manifest names content-addressed blobs, and Hugging Face folders, which
 * is what torch and the decoder read.
 */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestId } from '../../encoding/digest.ts';
import { KnownError, messageOf } from '../../errors.ts';
import { WEIGHTS_FILE, WEIGHTS_INDEX, weightFiles } from '../../inference/model-weights.ts';
import { type Quantised, quantisedFile, roundingName } from '../../inference/quantise/rounding.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { FileRef, ModelManifest, RoundedModel } from '../../records/models.ts';
import { keys } from '../../storage/keys.ts';
import { put } from '../../storage/put.ts';
import { find, read } from '../../storage/read.ts';
import { record } from '../../storage/records.ts';
import { draftName, hasDeadWriter } from '../disk/drafts.ts';
import { explainDiskError, explainingDisk, isCode, removeLeftover } from '../disk/explain-disk-error.ts';
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
    const ref = final ?? (await fileRef(path));
    await store.putFile(keys.blob(ref.sha256), path, { final: final !== undefined });
    files[name] = ref;
  }
  const digest = modelDigest({ files });
  await put(store, record.model(digest), { files });
  return digest;
}

/** The digest that a folder would have in a store. @throws {KnownError} as `policyFiles` does */
export async function folderDigest(directory: string): Promise<string> {
  const files: Record<string, FileRef> = {};
  for (const name of await policyFiles(directory)) files[name] = await fileRef(join(directory, name));
  return modelDigest({ files });
}

async function fileRef(path: string): Promise<FileRef> {
  return { sha256: await sha256OfFile(path), sizeBytes: (await stat(path)).size };
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
  const { files } = await modelManifest(store, digest);
  return fetchFolder(store, blobsOf(files), join(cache, digest));
}

/**
 * A folder under `cache` with what the decoder opens of a model in a precision: the rounded file and all policy files but the
 * weights, each checked against its sha256 now.
 *
 * @param rounded - what the store has of the model in this precision
 * @throws {KnownError} `model-missing`, `checksum-wrong`, `object-missing`
 */
export async function fetchRoundedFolder(
  store: ObjectStore,
  { model, precision }: RoundedName,
  { file }: Pick<RoundedModel, 'file'>,
  cache: string,
): Promise<string> {
  const { files } = await modelManifest(store, model);
  const companions = Object.entries(files).filter(([name]) => COMPANIONS.includes(name));
  const wanted = new Map(blobsOf(Object.fromEntries(companions)));
  wanted.set(quantisedFile(precision), { key: keys.roundedFile(model, file.sha256), sha256: file.sha256 });
  return fetchFolder(store, wanted, join(cache, roundedFolderName({ model, precision })));
}

/**
 * Stores the rounded file of a model folder and names it; what somebody else has named stays.
 *
 * @returns what is named, and whether that is the folder's own file
 */
export async function pushRounded(
  store: ObjectStore,
  { model, precision }: RoundedName,
  directory: string,
): Promise<{ readonly named: RoundedModel; readonly isOwn: boolean }> {
  const path = join(directory, quantisedFile(precision));
  const file = await fileRef(path);
  await store.putFile(keys.roundedFile(model, file.sha256), path);
  const place = record.rounded(model, roundingName(precision));
  await put(store, place, { file });
  const named = await read(store, place);
  return { named, isOwn: named.file.sha256 === file.sha256 };
}

/** A model in a precision of less bits. */
export interface RoundedName {
  readonly model: string;
  readonly precision: Quantised;
}

/** Under a cache, beside the folders of whole models. */
export function roundedFolderName({ model, precision }: RoundedName): string {
  return `${model}.${roundingName(precision)}`;
}

/** @throws {KnownError} `model-missing` */
async function modelManifest(store: ObjectStore, digest: string): Promise<ModelManifest> {
  const manifest = await find(store, record.model(digest));
  if (manifest) return manifest;
  throw new KnownError(
    'model-missing',
    `The store has no model ${digest}. Push it with "oneshot model push".`,
  );
}

/** Files by their name in a folder, with where the store has them. */
type WantedFiles = ReadonlyMap<string, { readonly key: string; readonly sha256: string }>;

function blobsOf(files: ModelManifest['files']): WantedFiles {
  return new Map(
    Object.entries(files).map(([name, { sha256 }]) => [name, { key: keys.blob(sha256), sha256 }]),
  );
}

/** Makes a folder hold exactly these files, unless it does. */
async function fetchFolder(store: ObjectStore, files: WantedFiles, folder: string): Promise<string> {
  if (await isWhole(folder, files)) return folder;
  const cache = dirname(folder);
  await explainingDisk(folder, () => rm(folder, { recursive: true, force: true }));
  await removeDrafts(cache);
  const draft = join(cache, `${DRAFT}${draftName()}`);
  try {
    for (const [name, { key, sha256 }] of files) {
      const path = join(draft, name);
      await explainingDisk(path, () => mkdir(dirname(path), { recursive: true }));
      await fetchChecked(store, key, sha256, path);
    }
    // Another process may have finished first; its folder holds the same bytes.
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await isWhole(folder, files))) throw explainDiskError(error, folder);
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
async function isWhole(folder: string, files: WantedFiles): Promise<boolean> {
  for (const [name, { sha256 }] of files) {
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
