import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fetchModelFolder,
  fetchRoundedFolder,
  type RoundedName,
  roundedFolderName,
} from '#shared/adapters/local/model-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { ModelManifest, RoundedModel } from '#shared/records/models.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

export interface ModelCacheOptions {
  readonly store: ObjectStore;
  /** Holds one folder for each model, named by its digest; several processes may share it. */
  readonly folder: string;
  readonly maxBytes: number;
  /** Models asked for within this time stay: another worker may be about to load them. */
  readonly keepMs: number;
  readonly clock: Clock;
}

interface Entry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAt: number;
}

/** Each answers a folder, whose files were checked against their sha256 just now. */
export interface ModelCache {
  /**
   * All policy files of a model.
   *
   * @param toRound - leaves room for as much again, as far as there is any
   */
  whole(model: string, toRound?: boolean): Promise<string>;
  /** What the decoder opens of a model in a precision, as the store has it. */
  rounded(name: RoundedName, stored: Pick<RoundedModel, 'file'>): Promise<string>;
}

/**
 * Model folders on disk, made from the store and checked each time they are asked for. Those unused for longest make room for a
 * new one; a model that is loaded does not need its files.
 *
 * @throws {KnownError} from what it gives back: `model-too-large` where the cache cannot hold the model, and as
 *   `fetchModelFolder` does
 */
export function modelCache(options: ModelCacheOptions): ModelCache {
  const { store, folder, clock } = options;
  const used = async (path: string) => {
    const now = new Date(clock.now());
    await utimes(path, now, now); // when it was used last
    return path;
  };
  return {
    whole: async (model, toRound = false) => {
      await mkdir(folder, { recursive: true });
      const manifest = await find(store, record.model(model));
      if (manifest) await makeRoom(model, sizeOf(manifest), options, toRound ? 2 : 1);
      return used(await fetchModelFolder(store, model, folder));
    },
    rounded: async (name, stored) => {
      await mkdir(folder, { recursive: true });
      await makeRoom(roundedFolderName(name), stored.file.sizeBytes, options);
      return used(await fetchRoundedFolder(store, name, stored, folder));
    },
  };
}

function sizeOf({ files }: ModelManifest): number {
  return sum(Object.values(files).map(({ sizeBytes }) => sizeBytes));
}

/** @param times - so often the room that it needs, as far as the cache has it */
async function makeRoom(
  name: string,
  neededBytes: number,
  { folder, maxBytes, keepMs, clock }: ModelCacheOptions,
  times = 1,
): Promise<void> {
  if (neededBytes > maxBytes) {
    throw new KnownError(
      'model-too-large',
      `Model ${name} has ${neededBytes} bytes, more than the ${maxBytes} of this worker's cache. ` +
        'Raise MODEL_CACHE_BYTES and the disk behind it, or evaluate the model with the local runner.',
    );
  }
  const entries = (await entriesOf(folder)).filter(({ path }) => path !== join(folder, name));
  let total = Math.min(times * neededBytes, maxBytes) + sum(entries.map(({ sizeBytes }) => sizeBytes));
  for (const { path, sizeBytes, usedAt } of entries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes || clock.now() - usedAt < keepMs) return;
    await rm(path, { recursive: true, force: true });
    total -= sizeBytes;
  }
}

/** The folders of models, and what killed processes left of some. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const entries = await Promise.all(paths.map((path) => entryOf(path).catch(() => undefined)));
  return entries.filter((entry) => entry !== undefined); // another process may have removed it meanwhile
}

async function entryOf(path: string): Promise<Entry> {
  const names = await readdir(path);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
  return { path, sizeBytes: sum(sizes), usedAt: (await stat(path)).mtimeMs };
}
