import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { ModelManifest } from '#shared/messages.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';

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

/**
 * Model folders on disk, made from the store and checked against their sha256 each time they are asked for. Those
 * unused for longest make room for a new one; a model that is loaded does not need its files.
 *
 * @throws {KnownError} from what it gives back: `model-too-large` where the cache cannot hold the model, and as
 *   `fetchModelFolder` does
 */
export function modelCache(options: ModelCacheOptions): (digest: string) => Promise<string> {
  const { store, folder, clock } = options;
  return async (digest) => {
    await mkdir(folder, { recursive: true });
    const manifest = await findObject(store, keys.model(digest), ModelManifest);
    if (manifest) await makeRoom(digest, sizeOf(manifest), options);
    const path = await fetchModelFolder(store, digest, folder);
    const now = new Date(clock.now());
    await utimes(path, now, now); // when it was used last
    return path;
  };
}

function sizeOf({ files }: ModelManifest): number {
  return sum(Object.values(files).map(({ sizeBytes }) => sizeBytes));
}

async function makeRoom(
  digest: string,
  neededBytes: number,
  { folder, maxBytes, keepMs, clock }: ModelCacheOptions,
): Promise<void> {
  if (neededBytes > maxBytes) {
    throw new KnownError(
      'model-too-large',
      `Model ${digest} has ${neededBytes} bytes, more than the ${maxBytes} of this worker's cache. ` +
        'Raise MODEL_CACHE_BYTES and the disk behind it, or evaluate the model with the local runner.',
    );
  }
  const entries = (await entriesOf(folder)).filter(({ path }) => path !== join(folder, digest));
  let total = neededBytes + sum(entries.map(({ sizeBytes }) => sizeBytes));
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
