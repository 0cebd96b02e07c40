import type { z } from 'zod';
import type { ObjectStore } from '../ports/object-store.ts';
import { read } from './read.ts';
import type { RecordSchema, StoredRecord } from './records.ts';

/** Manifests, requests and problem sets of the evaluations that a worker is busy with. */
const MOST_ENTRIES = 24;

const memories = new WeakMap<ObjectStore, Map<string, Promise<unknown>>>();

/**
 * What `fetch` gives for a key, fetched once and kept while it is among the last that this process asked for. Only for
 * objects that never change and are never deleted, so that a shard need not read its round's manifest again.
 */
export function remembered<T>(store: ObjectStore, key: string, fetch: () => Promise<T>): Promise<T> {
  const memory = memories.get(store) ?? new Map<string, Promise<unknown>>();
  memories.set(store, memory);
  const known = memory.get(key) ?? fetch();
  memory.delete(key); // to the end: the first is the one asked for longest ago
  memory.set(key, known);
  const [oldest] = memory.keys();
  if (memory.size > MOST_ENTRIES && oldest !== undefined) memory.delete(oldest);
  known.catch(() => memory.delete(key));
  return known as Promise<T>; // a key is always read in the same way
}

/** As `read`, remembered. */
export function readRemembered<S extends RecordSchema>(
  store: ObjectStore,
  stored: StoredRecord<S>,
): Promise<z.output<S>> {
  return remembered(store, stored.key, () => read(store, stored));
}
