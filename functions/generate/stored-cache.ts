import { sha256OfMany } from '#shared/encoding/digest.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';

/** Stores the keys and values of a completion that is cut. @returns their sha256 */
export async function putCache(store: ObjectStore, generation: string, cache: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(cache);
  const sha256 = await sha256OfMany(bytes);
  await store.putOnce(keys.cache(generation, sha256), bytes);
  return sha256;
}

/** @throws where they are gone, damaged or cannot be read */
export async function getCache(store: ObjectStore, generation: string, sha256: string): Promise<ArrayBuffer> {
  const key = keys.cache(generation, sha256);
  const bytes = await store.get(key);
  if (!bytes) throw new Error(`${key} is gone`);
  if ((await sha256OfMany(bytes)) !== sha256) throw new Error(`${key} is damaged`);
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? buffer : new Uint8Array(bytes).buffer; // a copy of its own
}
