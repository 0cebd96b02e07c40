import type { ObjectStore } from '#shared/ports/object-store.ts';

/** Requests that S3 would bill, and bytes that crossed the wire. */
export interface StoreCounts {
  puts: number;
  gets: number;
  lists: number;
  deletes: number;
  bytesIn: number;
  bytesOut: number;
}

export const noCounts = (): StoreCounts => ({
  puts: 0,
  gets: 0,
  lists: 0,
  deletes: 0,
  bytesIn: 0,
  bytesOut: 0,
});

/** Keys of one page of a listing. */
const PAGE = 1000;

/** A store that counts what each call would cost on S3. */
export function countingStore(store: ObjectStore, counts: StoreCounts): ObjectStore {
  return {
    putOnce: (key, body) => {
      counts.puts += 1;
      counts.bytesIn += body.length;
      return store.putOnce(key, body);
    },
    putFile: (key, path, options) => {
      counts.puts += 1;
      return store.putFile(key, path, options);
    },
    get: async (key, range) => {
      counts.gets += 1;
      const body = await store.get(key, range);
      counts.bytesOut += body?.length ?? 0;
      return body;
    },
    stream: (key) => {
      counts.gets += 1;
      return store.stream(key);
    },
    getFile: (key, path) => {
      counts.gets += 1;
      return store.getFile(key, path);
    },
    list: async (prefix, options) => {
      const found = await store.list(prefix, options);
      counts.lists += Math.max(1, Math.ceil(found.length / PAGE));
      return found;
    },
    describe: async (prefix) => {
      const found = await store.describe(prefix);
      counts.lists += Math.max(1, Math.ceil(found.length / PAGE));
      return found;
    },
    delete: (key) => {
      counts.deletes += 1;
      return store.delete(key);
    },
  };
}
