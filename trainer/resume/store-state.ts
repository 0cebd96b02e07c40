import { createHash } from 'node:crypto';
import type { ObjectStore } from '#shared/ports/object-store.ts';

/**
 * Stores a file of optimizer state under its sha256. A replay makes the bytes of a state that is stored already; if
 * those there are damaged, the file takes their place. Only here, with the replacement at hand, does damage cost an object.
 */
export async function storeState(
  store: ObjectStore,
  key: string,
  sha256: string,
  path: string,
): Promise<void> {
  const put = () => store.putFile(key, path, { final: true });
  if ((await put()) === 'created' || (await sha256OfObject(store, key)) === sha256) return;
  await store.delete(key);
  await put();
}

async function sha256OfObject(store: ObjectStore, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of store.stream(key)) hash.update(chunk);
  return hash.digest('hex');
}
