import { rm } from 'node:fs/promises';
import { KnownError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { explainingDisk } from '../disk/explain-disk-error.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** A copy that came out wrong says little about what is stored; two that did, made one after the other, say enough. */
const COPIES = 2;

/**
 * Brings an object that is named by its sha256 to a local file and checks it; a copy that differs is thrown away and
 * made anew.
 *
 * @throws {KnownError} `checksum-wrong`, `object-missing`, and as store and disk do
 */
export async function fetchChecked(
  store: ObjectStore,
  key: string,
  sha256: string,
  path: string,
): Promise<void> {
  for (let copies = 0; copies < COPIES; copies++) {
    await store.getFile(key, path);
    const same = await explainingDisk(path, async () => (await sha256OfFile(path)) === sha256);
    if (same) return;
    await rm(path, { force: true });
  }
  throw new KnownError(
    'checksum-wrong',
    `The stored object ${key} is damaged: its bytes have another sha256, read ${COPIES} times. ` +
      'Put it back from a copy of the store, if there is one.',
  );
}
