import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askHub } from '#shared/adapters/hub/ask-hub.ts';
import { HubCache } from '#shared/adapters/hub/hub-cache.ts';
import { findCommit } from '#shared/adapters/hub/hub-files.ts';
import type { HubName } from '#shared/adapters/hub/hub-refusal.ts';
import { hubSettings } from '#shared/adapters/hub/hub-settings.ts';
import { makeTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { type ModelConfig, readModelConfig } from '#shared/inference/model-config.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { nameOf } from './name-of.ts';
import { findStoredModel } from './stored-model.ts';

/** Before further tries of asking the hub. */
const PAUSES_MS = [1000, 3000];

/**
 * The shape of a model that is named as `--model` takes it, from its config.json alone: nothing else is fetched.
 *
 * @param store - `undefined`: nothing is stored yet
 * @returns `undefined` where config.json is not to be had: a run says itself what is wrong with such a model
 * @throws {KnownError} as `readModelName`, `findStoredModel`, `findCommit` and `readModelConfig` do
 */
export async function findShape(
  store: ObjectStore | undefined,
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<ModelConfig | undefined> {
  const name = nameOf(text);
  if (name.kind === 'folder') return inFolder(name.path);
  if (name.kind === 'hub') return onHub(name, env);
  if (!store) return undefined;
  const { files } = await read(store, record.model(await findStoredModel(store, name)));
  const config = files['config.json'];
  const bytes = config && (await store.get(keys.blob(config.sha256)));
  return bytes && ofBytes(bytes);
}

async function inFolder(folder: string): Promise<ModelConfig | undefined> {
  return existsSync(join(folder, 'config.json')) ? readModelConfig(folder) : undefined;
}

/** What the cache holds of the revision asks nobody. */
async function onHub(name: HubName, env: NodeJS.ProcessEnv): Promise<ModelConfig | undefined> {
  const settings = hubSettings(env);
  const cache = new HubCache(settings.cache, name.model);
  const cached = await cache.commitOf(name);
  const known = cached && (await inFolder(cache.snapshot(cached)));
  if (known || settings.isOffline) return known || undefined;
  const line = { ...settings, pausesMs: PAUSES_MS };
  const { commit } = await findCommit(line, name);
  const answer = await askHub(line, name)(`${line.endpoint}/${name.model}/resolve/${commit}/config.json`);
  return ofBytes(new Uint8Array(await answer.arrayBuffer()));
}

async function ofBytes(bytes: Uint8Array): Promise<ModelConfig> {
  const folder = makeTempFolder('oneshot-shape-');
  try {
    await writeFile(join(folder, 'config.json'), bytes);
    return await readModelConfig(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
