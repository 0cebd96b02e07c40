/** Where bytes live. Every adapter passes `test/contracts/object-store.ts`. */
export interface ObjectStore {
  /**
   * Creates the object unless the key is taken. Atomic across processes: among any number of concurrent calls
   * exactly one answers `created`, and no reader ever sees part of a body. Once it has, the body is durable.
   * A key that is the folder of others, or below an object, is a `key-conflict` where the store cannot hold both.
   */
  putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'>;
  /** As `putOnce`, from a local file, without holding it in memory. */
  putFile(key: string, path: string, options?: PutFileOptions): Promise<'created' | 'exists'>;
  /** The body, or the given bytes of it (`end` exclusive); `undefined` where no object has this key. */
  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined>;
  /** The body in pieces. @throws {KnownError} `object-missing` where no object has this key */
  stream(key: string): AsyncIterable<Uint8Array>;
  /** Writes the body to a local file, atomically. @throws {KnownError} `object-missing` where no object has this key */
  getFile(key: string, path: string): Promise<void>;
  /**
   * Keys that start with `prefix`, in the order of their UTF-8 bytes, strongly consistent. With `delimiter`, keys
   * that hold it after the prefix are folded into one entry that ends with it.
   */
  list(prefix: string, options?: ListOptions): Promise<readonly string[]>;
  /** Size and time of each object whose key starts with `prefix`, in the order of `list`. */
  describe(prefix: string): Promise<readonly ObjectFacts[]>;
  /**
   * Removes an object; a missing one is no error.
   *
   * @throws {KnownError} `delete-forbidden` outside `pending/` and `state/`
   */
  delete(key: string): Promise<void>;
}

/** As much of a store as reading records takes. */
export type ReadableStore = Pick<ObjectStore, 'get' | 'list'>;

/** What a store knows of an object without reading it. */
export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it was stored, by the clock of the store: milliseconds since 1970. */
  readonly storedAtMs: number;
}

export interface PutFileOptions {
  /** Nobody will write to the file again, so that a store may keep it itself instead of a copy; it is removed as ever. */
  readonly final?: boolean;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ListOptions {
  /** Only entries after this one: the last of one page is where the next begins. */
  readonly startAfter?: string;
  readonly limit?: number;
  readonly delimiter?: string;
}
