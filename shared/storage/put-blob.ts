import { sha256OfMany } from '../encoding/digest.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { keys } from './keys.ts';

/** Stores bytes under their own sha256 and gives it back. */
export async function putBlob(store: ObjectStore, body: Uint8Array): Promise<string> {
  const sha256 = await sha256OfMany(body);
  await store.putOnce(keys.blob(sha256), body);
  return sha256;
}
