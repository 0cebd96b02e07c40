import { sha256OfMany } from '#shared/encoding/digest.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';

/**
 * Stores the keys and values of a completion that is cut. Without them its tokens are run again, so that a store which does not
 * take them costs time and nothing else.
 *
 * @returns their sha256 where they are stored
 */
export async function putCache(
  store: ObjectStore,
  generation: string,
  cache: ArrayBuffer,
): Promise<string | undefined> {
  const bytes = new Uint8Array(cache);
  const sha256 = await sha256OfMany(bytes);
  try {
    await store.putOnce(keys.cache(generation, sha256), bytes);
    return sha256;
  } catch {
    return undefined;
  }
}

/** Nothing where they are gone or damaged. */
export async function getCache(
  store: ObjectStore,
  generation: string,
  sha256: string,
): Promise<ArrayBuffer | undefined> {
  const bytes = await store.get(keys.cache(generation, sha256));
  if (!bytes || (await sha256OfMany(bytes)) !== sha256) return undefined;
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? buffer : new Uint8Array(bytes).buffer; // a copy of its own
}
