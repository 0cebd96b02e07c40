import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { KnownError } from '#shared/errors.ts';
import type { ByteRange, ListOptions, ObjectFacts, ObjectStore } from '#shared/ports/object-store.ts';
import { checkDeletable } from '#shared/storage/check-deletable.ts';
import { checkKey } from '#shared/storage/check-key.ts';

/** An object store for tests of what stands on one. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();
  readonly #storedAtMs = new Map<string, number>();

  async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    if (this.#objects.has(checkKey(key))) return 'exists';
    this.#objects.set(key, Uint8Array.from(body));
    this.#storedAtMs.set(key, Date.now());
    return 'created';
  }

  async putFile(key: string, path: string): Promise<'created' | 'exists'> {
    return this.putOnce(key, await readFile(path));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#objects.get(checkKey(key))?.slice(range?.start, range?.end);
  }

  async *stream(key: string): AsyncIterable<Uint8Array> {
    yield await this.#read(key);
  }

  async getFile(key: string, path: string): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, await this.#read(key));
    await rename(draft, path);
  }

  async list(prefix: string, { startAfter, limit, delimiter }: ListOptions = {}): Promise<readonly string[]> {
    const entries = [...this.#objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => {
        const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
        return at === -1 ? key : key.slice(0, at + 1);
      })
      .filter((entry) => startAfter === undefined || compareUtf8(entry, startAfter) > 0);
    return [...new Set(entries)].sort(compareUtf8).slice(0, limit);
  }

  async describe(prefix: string): Promise<readonly ObjectFacts[]> {
    return (await this.list(prefix)).map((key) => ({
      key,
      sizeBytes: this.#objects.get(key)?.length ?? 0,
      storedAtMs: this.#storedAtMs.get(key) ?? 0,
    }));
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(checkDeletable(checkKey(key)));
  }

  async #read(key: string): Promise<Uint8Array> {
    const body = await this.get(key);
    if (!body) throw new KnownError('object-missing', `The store has no object ${key}.`);
    return body;
  }
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
