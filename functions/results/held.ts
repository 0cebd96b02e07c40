import type { z } from 'zod';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { parseObject } from '#shared/storage/parse-object.ts';
import type { RecordSchema, StoredRecord } from '#shared/storage/records.ts';

/** What was read, and about how much memory it takes. */
export interface Weighed<T> {
  readonly value: T;
  readonly sizeBytes: number;
}

/** Of one store: the completions of the paper's six sets several times over, and little of what a function has. */
const MOST_BYTES = 96 * 2 ** 20;

/** An object takes about so many times the bytes of its JSON. */
const PARSED_PER_STORED = 4;

type Fetch<T> = () => Promise<Weighed<T> | undefined>;

interface Entry {
  readonly value: Promise<unknown>;
  /** 0 until it is known. */
  sizeBytes: number;
}

class Held {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  async hold<T>(name: string, fetch: Fetch<T>): Promise<T | undefined> {
    const known = this.#entries.get(name);
    if (known) {
      this.#entries.delete(name); // to the end: the first is the one asked for longest ago
      this.#entries.set(name, known);
      return known.value as Promise<T | undefined>; // a name is always read in the same way
    }
    const reading = fetch();
    const entry: Entry = { value: reading.then((read) => read?.value), sizeBytes: 0 };
    entry.value.catch(() => {}); // told below
    this.#entries.set(name, entry);
    try {
      const read = await reading;
      if (!read) this.#entries.delete(name);
      else if (this.#entries.get(name) === entry) this.#weigh(entry, read.sizeBytes);
      return read?.value;
    } catch (error) {
      this.#entries.delete(name); // a failure must not be remembered
      throw error;
    }
  }

  #weigh(entry: Entry, sizeBytes: number): void {
    entry.sizeBytes = sizeBytes;
    this.#bytes += sizeBytes;
    for (const [name, oldest] of this.#entries) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#entries.delete(name);
      this.#bytes -= oldest.sizeBytes;
    }
  }
}

const heldOf = new WeakMap<ObjectStore, Held>();

/**
 * What `fetch` gives under a name, fetched once and kept while it is among what was asked for last, so many bytes of
 * each store. Only for what never changes once it is there: outcomes, completions, journals. What is not there yet,
 * `undefined`, is asked for again.
 */
export function held<T>(store: ObjectStore, name: string, fetch: Fetch<T>): Promise<T | undefined> {
  const known = heldOf.get(store) ?? new Held();
  heldOf.set(store, known);
  return known.hold(name, fetch);
}

/** As `held`, of what is there. */
export async function heldAlways<T>(
  store: ObjectStore,
  name: string,
  fetch: () => Promise<Weighed<T>>,
): Promise<T> {
  return (await held(store, name, fetch)) as T; // `fetch` gives one
}

/** As `find`, held. */
export function findHeld<S extends RecordSchema>(
  store: ObjectStore,
  { key, schema }: StoredRecord<S>,
): Promise<z.output<S> | undefined> {
  return held(store, key, async () => {
    const body = await store.get(key);
    return body && { value: parseObject(key, body, schema), sizeBytes: PARSED_PER_STORED * body.length };
  });
}
