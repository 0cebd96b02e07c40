/**
 * Models by name, on the command line: `--model` and its like take a folder, `org/name[@revision]` of a hub, or
 * `RUN[@STEP]`. `read-model-name.ts` tells them apart, this file brings what is meant into the store,
 * `pull-named.ts` fetches from the hub and says so, `stored-model.ts` finds what is there already, `export-model.ts` takes a
 * checkpoint out again with the card of `model-card.ts`. Imports `push/`, `report/` and what lies below.
 */

import { digestId } from '#shared/encoding/digest.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { TemplateKind } from '#shared/records/evaluations.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { storeModel } from '../push/store-model.ts';
import type { Progress } from '../terminal/progress.ts';
import { nameOf } from './name-of.ts';
import { pullNamed } from './pull-named.ts';
import { checkStoredTemplate, findStoredModel } from './stored-model.ts';

export interface Settling {
  /** Of the prompts that the model is wanted for: its own chat template must be there and render. */
  readonly templates?: readonly TemplateKind[];
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Hears that nothing is wrong with a folder, before its files are stored. */
  readonly onStoring?: () => void;
}

/**
 * Sees to it that a model is in the store, whichever way it is named.
 *
 * @param text - a folder, `org/name[@revision]`, `RUN[@STEP]`, or the digest of a stored model
 * @returns the model's digest
 * @throws {KnownError} as `readModelName`, `pullModel`, `findStoredModel` and `storeModel` do
 */
export async function settleModel(
  store: ObjectStore,
  text: string,
  { templates = [], env, progress, onStoring }: Settling,
): Promise<string> {
  const name = nameOf(text);
  if (name.kind === 'stored') {
    const digest = await findStoredModel(store, name);
    await checkStoredTemplate(store, digest, templates);
    return digest;
  }
  if (name.kind === 'folder') return storeModel(store, name.path, templates, onStoring);
  const { commit, licence, folder } = await pullNamed(name, env, progress);
  const digest = await storeModel(store, folder, templates);
  const origin = { model: name.model, commit, licence: licence ?? null };
  await put(store, record.modelOrigin(digest, digestId(origin)), origin);
  return digest;
}
