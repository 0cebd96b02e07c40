import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { draftName, isAbandoned } from '../disk/drafts.ts';
import { explainingDisk, removeLeftover } from '../disk/explain-disk-error.ts';

/** A tag that would make the name of the file too long is not kept: that part begins anew. */
const LONGEST_TAG = 90;
/** Stands for the writer's name once the writer has let go. */
const RELEASED = 'released';

/**
 * The beginning of a file that is being fetched. It lies beside the file under a name that says who writes it and which
 * version of the file it is of (its entity tag), so that the two cannot part; whoever comes later goes on with a part
 * whose writer has let go or died. Two that fetch one file have a part each.
 */
export class PartFile {
  readonly #target: string;
  readonly #newHash: () => Hash;
  #path: string;
  #file: FileHandle;
  #hash: Hash;
  #etag: string | undefined;
  #sizeBytes = 0;

  private constructor(target: string, newHash: () => Hash, path: string, file: FileHandle) {
    this.#target = target;
    this.#newHash = newHash;
    this.#path = path;
    this.#file = file;
    this.#hash = newHash();
  }

  /**
   * Takes over what an earlier attempt has left, or begins with nothing.
   *
   * @param newHash - begins the hash over all bytes of the file
   * @throws {KnownError} as the disk does, which holds for all methods
   */
  static open(target: string, newHash: () => Hash): Promise<PartFile> {
    return explainingDisk(target, async () => {
      const taken = await takeOver(target);
      const path = taken?.path ?? partPath(target, draftName(), undefined);
      const part = new PartFile(target, newHash, path, await open(path, 'a'));
      if (taken === undefined) return part;
      for await (const chunk of createReadStream(path)) part.#count(chunk as Uint8Array); // no encoding is set
      part.#etag = taken.etag;
      return part;
    });
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The strong entity tag of the file that these bytes are the beginning of. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** The hash of the bytes so far, in hexadecimal digits. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Begins anew, with another version of the file. */
  restart(etag: string | undefined): Promise<void> {
    return explainingDisk(this.#target, async () => {
      await this.#file.truncate(0);
      this.#hash = this.#newHash();
      this.#sizeBytes = 0;
      this.#etag = isStrong(etag) ? etag : undefined;
      await this.#rename(partPath(this.#target, draftName(), this.#etag));
    });
  }

  async append(bytes: Uint8Array): Promise<void> {
    await explainingDisk(this.#target, () => this.#file.appendFile(bytes));
    this.#count(bytes);
  }

  /** Makes the part the file. */
  finish(): Promise<void> {
    return explainingDisk(this.#target, async () => {
      await this.#file.sync();
      await this.#file.close();
      await this.#rename(this.#target);
    });
  }

  /** Leaves the part to whoever comes next; one without an entity tag is of use to nobody. Never throws. */
  async release(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (this.#etag === undefined || this.#sizeBytes === 0) await removeLeftover(this.#path);
    else await this.#rename(partPath(this.#target, RELEASED, this.#etag)).catch(() => {});
  }

  #count(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
  }

  async #rename(path: string): Promise<void> {
    await rename(this.#path, path);
    this.#path = path;
  }
}

/** Bytes of a file that an earlier attempt has left, or one under way. */
export async function startedBytes(target: string): Promise<number> {
  const names = await readdir(dirname(target)).catch(() => []);
  const parts = names.filter((name) => name.endsWith(suffixOf(target)));
  const sizes = parts.map((name) =>
    stat(join(dirname(target), name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return Math.max(0, ...(await Promise.all(sizes)));
}

interface Left {
  readonly path: string;
  readonly etag: string;
}

/** Makes the largest part that nobody writes to one's own, and removes the others. */
async function takeOver(target: string): Promise<Left | undefined> {
  const left = await abandonedParts(target);
  for (const [index, { path, etag }] of left.entries()) {
    const own = partPath(target, draftName(), etag);
    const won = await rename(path, own).then(
      () => true,
      () => false, // another process was faster
    );
    if (!won) continue;
    await utimes(own, new Date(), new Date()); // an old one would look abandoned still
    await Promise.all(left.slice(index + 1).map((other) => removeLeftover(other.path)));
    return { path: own, etag };
  }
  return undefined;
}

async function abandonedParts(target: string): Promise<readonly Left[]> {
  const folder = dirname(target);
  const left: (Left & { readonly sizeBytes: number })[] = [];
  for (const name of await readdir(folder)) {
    const [, writer, tag] = name.endsWith(suffixOf(target)) ? (/^([\w-]+)\.([\w-]*)\./.exec(name) ?? []) : [];
    if (writer === undefined || tag === undefined) continue;
    const path = join(folder, name);
    if (writer !== RELEASED && !(await isAbandoned(folder, name))) continue;
    const { size } = await stat(path).catch(() => ({ size: 0 })); // somebody has taken it
    if (tag === '') await removeLeftover(path);
    else left.push({ path, etag: Buffer.from(tag, 'base64url').toString(), sizeBytes: size });
  }
  return left.toSorted((one, other) => other.sizeBytes - one.sizeBytes);
}

function partPath(target: string, writer: string, etag: string | undefined): string {
  const tag = etag === undefined ? '' : Buffer.from(etag).toString('base64url');
  return join(dirname(target), `${writer}.${tag}${suffixOf(target)}`);
}

function suffixOf(target: string): string {
  return `.${basename(target)}.part`;
}

/** `If-Range` wants a tag that changes with any byte. */
function isStrong(etag: string | undefined): boolean {
  return etag?.startsWith('"') === true && etag.length <= LONGEST_TAG;
}
