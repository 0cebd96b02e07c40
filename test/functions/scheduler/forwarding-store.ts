import type {
  ByteRange,
  ListOptions,
  ObjectFacts,
  ObjectStore,
  PutFileOptions,
} from '#shared/ports/object-store.ts';

/** A store that does what another does; subclasses change one thing. */
export class ForwardingStore implements ObjectStore {
  protected readonly inner: ObjectStore;

  constructor(inner: ObjectStore) {
    this.inner = inner;
  }

  putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    return this.inner.putOnce(key, body);
  }

  putFile(key: string, path: string, options?: PutFileOptions): Promise<'created' | 'exists'> {
    return this.inner.putFile(key, path, options);
  }

  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.inner.get(key, range);
  }

  stream(key: string): AsyncIterable<Uint8Array> {
    return this.inner.stream(key);
  }

  getFile(key: string, path: string): Promise<void> {
    return this.inner.getFile(key, path);
  }

  list(prefix: string, options?: ListOptions): Promise<readonly string[]> {
    return this.inner.list(prefix, options);
  }

  describe(prefix: string): Promise<readonly ObjectFacts[]> {
    return this.inner.describe(prefix);
  }

  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }
}
