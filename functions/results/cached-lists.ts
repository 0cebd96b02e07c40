import type { Clock } from '#shared/ports/clock.ts';
import type { ListOptions, ObjectStore, ReadableStore } from '#shared/ports/object-store.ts';

/** Long enough that a page which polls each second costs a LIST every fifth time. */
const LIFETIME_MS = 5000;
/**
 * Lists that were made together end one after the other, so much earlier each, and begin anew after so many: else one request
 * of a page that needs hundreds makes all of them again, and is as slow as the first.
 */
const EARLIER_MS = 20;
const STAGGERED = 50;
const MOST_ENTRIES = 1000;

interface CachedList {
  readonly until: number;
  readonly prefix: string;
  readonly keys: Promise<readonly string[]>;
}

/** LIST requests of this process, each answered from memory for four to five seconds: they cost most of what a store does. */
export class CachedLists {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #lists = new Map<string, CachedList>();
  #made = 0;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** As the store's `list`, up to five seconds old. */
  list(prefix: string, options: ListOptions = {}): Promise<readonly string[]> {
    const name = JSON.stringify([prefix, options.startAfter, options.limit, options.delimiter]);
    const held = this.#lists.get(name);
    if (held && held.until > this.#clock.now()) return held.keys;
    if (this.#lists.size >= MOST_ENTRIES) this.#lists.clear();
    const keys = this.#store.list(prefix, options);
    const lifetime = LIFETIME_MS - (this.#made++ % STAGGERED) * EARLIER_MS;
    this.#lists.set(name, { until: this.#clock.now() + lifetime, prefix, keys });
    keys.catch(() => this.#lists.delete(name)); // a failure must not be remembered
    return keys;
  }

  /** The store as it is read here. */
  view(): ReadableStore {
    return {
      get: (key, range) => this.#store.get(key, range),
      list: (prefix, options) => this.list(prefix, options),
    };
  }

  /** Forgets what was listed under a prefix, for who has just put something there. */
  forget(prefix: string): void {
    for (const [name, list] of this.#lists) if (list.prefix === prefix) this.#lists.delete(name);
  }

  /** As `forget`, with all that lies below. */
  forgetBelow(prefix: string): void {
    for (const [name, list] of this.#lists) if (list.prefix.startsWith(prefix)) this.#lists.delete(name);
  }
}
