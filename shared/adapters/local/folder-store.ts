import {
  closeSync,
  createReadStream,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  type ReadOptions,
  read,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { KnownError } from '../../errors.ts';
import type {
  ByteRange,
  ListOptions,
  ObjectFacts,
  ObjectStore,
  PutFileOptions,
} from '../../ports/object-store.ts';
import { checkDeletable } from '../../storage/check-deletable.ts';
import { checkKey, isKey } from '../../storage/check-key.ts';
import { draftName, isAbandoned } from '../disk/drafts.ts';
import { explainDiskError, isCode } from '../disk/explain-disk-error.ts';
import { saveStream } from '../disk/save-stream.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './private-home.ts';

/** Drafts live in the same file system as the objects, so that a link makes one of them an object at once. */
const DRAFTS = '.drafts';
/** Pieces in which a file is copied. */
const COPIED_BYTES = 1 << 20;
/** Read and written at once: handing the call to another thread costs far more than the call. */
const SMALL_BYTES = 1 << 16;
/** How often a put makes a folder again that deletions beside it take away. */
const MOST_TRIES = 100;

const flush = promisify(fsync);

/**
 * A folder as an object store: the key is the path. An object appears by `link`, whole or not at all, after its
 * bytes are on disk; a killed writer leaves at most a draft, which nobody lists and later stores remove.
 *
 * A `created` costs two fsyncs, of the file and of its folder, and one more for each new folder: measured as 3 to
 * 4.5 ms on an ext4 disk where one takes 2 to 3 ms, and 1 ms on tmpfs. An `exists` costs 0.1 ms and no fsync:
 * right behind another writer it may be milliseconds ahead of that writer's own. Calls that only touch names or few
 * bytes are made on the spot: a disk of this machine answers them in microseconds. Whatever waits for the disk, or
 * moves many bytes, leaves the thread free.
 */
export class FolderStore implements ObjectStore {
  readonly #root: string;
  #ready: Promise<void> | undefined;

  /** @param root - made by the first put where it is missing */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    return this.#put(key, (draft) =>
      writeDraft(draft, async (file) =>
        body.length <= SMALL_BYTES ? writeFileSync(file.fd, body) : file.writeFile(body),
      ),
    );
  }

  putFile(key: string, path: string, { final = false }: PutFileOptions = {}): Promise<'created' | 'exists'> {
    return this.#put(key, async (draft) => {
      if (final && (await linkDraft(draft, path))) return;
      await writeDraft(draft, (file) =>
        file.writeFile(createReadStream(path, { highWaterMark: COPIED_BYTES })),
      );
    });
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found?.isFile()) return undefined;
      const start = Math.min(range?.start ?? 0, found.size);
      const length = Math.max(0, Math.min(range?.end ?? found.size, found.size) - start);
      return await readRange(path, start, length);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw explainDiskError(error, key);
    }
  }

  async *stream(key: string): AsyncIterable<Uint8Array> {
    try {
      // No encoding is set.
      for await (const chunk of createReadStream(this.#path(key))) yield chunk as Uint8Array;
    } catch (error) {
      throw isAbsent(error) || isCode(error, 'EISDIR') ? missing(key) : explainDiskError(error, key);
    }
  }

  getFile(key: string, path: string): Promise<void> {
    return saveStream(this.stream(key), path);
  }

  async list(prefix: string, { startAfter, limit, delimiter }: ListOptions = {}): Promise<readonly string[]> {
    const entries: string[] = [];
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    // Nothing lies under what is no key, such as the store's own parent.
    if (folder !== '' && !isKey(folder.slice(0, -1))) return entries;
    // Folders are what slashes fold: what lies in them need not be read.
    const keys =
      delimiter === '/' ? this.#folded(folder, prefix, startAfter) : this.#walk(folder, prefix, startAfter);
    for await (const key of keys) {
      if (entries.length === limit) break;
      const entry = fold(key, prefix, delimiter);
      if (entry !== entries.at(-1) && isAfter(entry, startAfter)) entries.push(entry);
    }
    return entries;
  }

  async describe(prefix: string): Promise<readonly ObjectFacts[]> {
    const facts: ObjectFacts[] = [];
    for (const key of await this.list(prefix)) {
      const found = statSync(this.#path(key), { throwIfNoEntry: false });
      // Else it was deleted meanwhile.
      if (found?.isFile()) facts.push({ key, sizeBytes: found.size, storedAtMs: Math.round(found.mtimeMs) });
    }
    return facts;
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(checkDeletable(key));
    try {
      if (whatIsAt(path) !== 'object') return;
      await unlink(path);
    } catch (error) {
      if (!isAbsent(error)) throw explainDiskError(error, key);
    }
    await this.#removeEmpty(dirname(path));
  }

  /** @param fill - makes a draft whose bytes are on disk */
  async #put(key: string, fill: (draft: string) => Promise<void>): Promise<'created' | 'exists'> {
    const path = this.#path(key);
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isFile() && renew(path)) return 'exists';
      this.#ready ??= this.#clearDrafts();
      await this.#ready;
      const draft = join(this.#root, DRAFTS, draftName());
      try {
        await fill(draft);
        return await publish(draft, path, key);
      } finally {
        rmSync(draft, { force: true });
      }
    } catch (error) {
      this.#ready = undefined;
      throw explainDiskError(error, key);
    }
  }

  #path(key: string): string {
    return join(this.#root, checkKey(key));
  }

  /** Makes the folder of drafts, and removes what killed writers left in it. */
  async #clearDrafts(): Promise<void> {
    const folder = join(this.#root, DRAFTS);
    await makeFolders(folder);
    for (const name of await readdir(folder)) {
      if (await isAbandoned(folder, name)) await rm(join(folder, name), { force: true });
    }
  }

  /** Folders that a deletion emptied would be walked by every later list. */
  async #removeEmpty(folder: string): Promise<void> {
    for (let empty = folder; empty !== this.#root; empty = dirname(empty)) {
      const removed = await rmdir(empty).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  /**
   * Keys in byte order, read folder by folder as far as somebody asks. A folder sorts as its name with a slash,
   * which is why `a-b` comes before `a/b`.
   *
   * @param folder - empty, or a path that ends with a slash
   */
  async *#walk(folder: string, prefix: string, startAfter: string | undefined): AsyncGenerator<string> {
    for (const path of await this.#paths(folder, prefix, startAfter)) {
      if (path.endsWith('/')) yield* this.#walk(path, prefix, startAfter);
      else yield path;
    }
  }

  /** As `#walk`, with folders themselves instead of the keys below them. */
  async *#folded(folder: string, prefix: string, startAfter: string | undefined): AsyncGenerator<string> {
    for (const path of await this.#paths(folder, prefix, startAfter)) {
      if (!path.endsWith('/') || (await this.#holdsKeys(path))) yield path;
    }
  }

  async #holdsKeys(folder: string): Promise<boolean> {
    return !(await this.#walk(folder, folder, undefined).next()).done;
  }

  /** What lies in a folder, objects and folders, in the order of keys. */
  async #paths(folder: string, prefix: string, startAfter: string | undefined): Promise<readonly string[]> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(
      (error: unknown) => {
        if (isAbsent(error)) return [];
        throw explainDiskError(error, folder);
      },
    );
    return entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory()))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .filter(
        (path) => path.startsWith(prefix) && (isAfter(path, startAfter) || startAfter?.startsWith(path)),
      )
      .sort(compareUtf8);
  }
}

/**
 * Notes that somebody counts on an object from now on, so that nobody discards it as one that nothing has named for long
 * (`discard.ts`). @returns whether it is still there
 */
function renew(path: string): boolean {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    return !isCode(error, 'ENOENT'); // a disk that is read-only discards nothing
  }
  return true;
}

async function writeDraft(draft: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await using file = await open(draft, 'wx', PRIVATE_FILE);
  await write(file);
  await file.sync();
}

/** Makes the file itself the draft. @returns whether it can be, which it cannot from another file system */
async function linkDraft(draft: string, path: string): Promise<boolean> {
  try {
    linkSync(path, draft);
  } catch {
    return false; // a copy works, or says why not
  }
  await using file = await open(draft);
  await file.sync();
  return true;
}

/** Makes a draft an object, all at once, whatever is deleted beside it. */
async function publish(draft: string, path: string, key: string): Promise<'created' | 'exists'> {
  for (let tries = 1; ; tries++) {
    try {
      await makeFolders(dirname(path));
      linkSync(draft, path);
      break;
    } catch (error) {
      const found = whatIsAt(path);
      if (found === 'object') return 'exists';
      if (found === 'conflict') throw conflict(key, error);
      // A deletion took the folder, or the object that was in the way.
      if (!isCode(error, 'ENOENT', 'EEXIST', 'ENOTDIR') || tries === MOST_TRIES) throw error;
    }
  }
  await syncFolder(dirname(path));
  return 'created';
}

function whatIsAt(path: string): 'object' | 'conflict' | 'nothing' {
  try {
    return statSync(path).isFile() ? 'object' : 'conflict';
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'nothing';
    if (isCode(error, 'ENOTDIR')) return 'conflict';
    throw error;
  }
}

async function readRange(path: string, start: number, length: number): Promise<Uint8Array> {
  const body = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < length; ) {
      const rest = { offset: done, length: length - done, position: start + done };
      const bytes = length <= SMALL_BYTES ? readSync(file, body, rest) : await readLater(file, body, rest);
      if (bytes === 0) throw new Error(`an object ends at byte ${start + done}, before its size`);
      done += bytes;
    }
    return body;
  } finally {
    closeSync(file);
  }
}

async function readLater(file: number, body: Uint8Array, rest: ReadOptions): Promise<number> {
  return (await promisify(read)(file, { buffer: body, ...rest })).bytesRead;
}

/** The key itself, or up to and with the first delimiter after the prefix. */
function fold(key: string, prefix: string, delimiter: string | undefined): string {
  if (delimiter === undefined) return key;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? key : key.slice(0, at + delimiter.length);
}

function isAfter(entry: string, start: string | undefined): boolean {
  return start === undefined || compareUtf8(entry, start) > 0;
}

/** UTF-16 order differs from UTF-8 order where surrogates meet U+E000 and above. */
const SURROGATE = /[\ud800-\udfff]/;

function compareUtf8(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : Number(a > b);
}

/** Creates folders and makes their names durable: a synced file in a forgotten folder would be lost with it. */
async function makeFolders(folder: string): Promise<void> {
  const first = mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** A folder that somebody removed meanwhile, empty, has nothing to keep. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = openSync(folder, 'r');
    try {
      await flush(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return isCode(error, 'ENOENT', 'ENOTDIR');
}

function missing(key: string): KnownError {
  return new KnownError('object-missing', `The store has no object ${key}.`);
}

function conflict(key: string, cause: unknown): KnownError {
  const message = `${key} cannot be stored: a part of its path is an object, or it is the folder of others.`;
  return new KnownError('key-conflict', message, { cause });
}
