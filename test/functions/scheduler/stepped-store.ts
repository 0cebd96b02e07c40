import type { ByteRange, ListOptions, ObjectStore } from '#shared/ports/object-store.ts';
import { ForwardingStore } from './forwarding-store.ts';
import type { Take } from './stepped-worker.ts';

const PAGE = 2;

/** A store whose every call, and every page of a LIST, is a step of its worker. */
export class SteppedStore extends ForwardingStore {
  readonly #take: Take;

  constructor(inner: ObjectStore, take: Take) {
    super(inner);
    this.#take = take;
  }

  override putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    return this.#take(`put ${key}`, () => this.inner.putOnce(key, body));
  }

  override get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#take(`get ${key}`, () => this.inner.get(key, range));
  }

  override async list(prefix: string, options: ListOptions = {}): Promise<readonly string[]> {
    const found: string[] = [];
    for (;;) {
      const startAfter = found.at(-1) ?? options.startAfter;
      const limited = { ...options, limit: PAGE, ...(startAfter !== undefined && { startAfter }) };
      const page = await this.#take(`list ${prefix}`, () => this.inner.list(prefix, limited));
      found.push(...page);
      if (page.length < PAGE) return found.slice(0, options.limit);
    }
  }

  override delete(key: string): Promise<void> {
    return this.#take(`delete ${key}`, () => this.inner.delete(key));
  }
}
