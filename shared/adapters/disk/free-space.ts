import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { KnownError } from '../../errors.ts';
import { isCode } from './explain-disk-error.ts';

/** Bytes that are free where a path is or will be. @throws as the system does */
export async function freeSpace(path: string): Promise<number> {
  const at = resolve(path);
  try {
    const { bavail, bsize } = await statfs(at);
    return bavail * bsize;
  } catch (error) {
    if (dirname(at) !== at && isCode(error, 'ENOENT', 'ENOTDIR')) return freeSpace(dirname(at));
    throw error;
  }
}

/** What is to be written. */
export interface RoomAsk {
  readonly folder: string;
  readonly needBytes: number;
  /** Such as `the model org/name`. */
  readonly what: string;
  /** What else to do than to free some space, as a sentence. */
  readonly advice: string;
}

/**
 * Makes sure that a disk has room for what is to be written, as far as the system tells.
 *
 * @throws {KnownError} `disk-full`
 */
export async function assertRoom({ folder, needBytes, what, advice }: RoomAsk): Promise<void> {
  const free = await freeSpace(folder).catch(() => Number.POSITIVE_INFINITY);
  if (needBytes <= free) return;
  throw new KnownError(
    'disk-full',
    `The disk of ${folder} has ${bytesText(free)} free, and ${what} takes ${bytesText(needBytes)} more. Free some space, ` +
      `or ${advice}. Nothing was written.`,
  );
}

function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
