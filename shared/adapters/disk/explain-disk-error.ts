import { rm } from 'node:fs/promises';
import { KnownError, messageOf } from '../../errors.ts';

/** ENOENT among them: it is what making a folder and its parents fails with on a mount that is read-only. */
const UNUSABLE = [
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOTSUP',
];

/** A disk's error as one that says what to do; anything else is given back as it is. */
export function explainDiskError(error: unknown, what: string): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return diskFull(what, error);
  if (isCode(error, ...UNUSABLE)) return unwritable(what, error);
  if (isCode(error, 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'EMFILE', 'ENFILE')) return failing(what, error);
  return error;
}

/** Does what uses a disk. @throws what that throws, explained */
export async function explainingDisk<T>(what: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw explainDiskError(error, what);
  }
}

export function diskFull(what: string, cause: unknown): KnownError {
  return new KnownError(
    'disk-full',
    `The disk is full, or a limit of its user reached, while writing ${what} (${messageOf(cause)}). ` +
      'Free some space and run again; nothing is damaged.',
    { cause },
  );
}

export function unwritable(what: string, cause: unknown): KnownError {
  return new KnownError(
    'store-unwritable',
    `The folder of ${what} cannot be used (${messageOf(cause)}). Make it writable, or choose another with --home.`,
    { cause },
  );
}

function failing(what: string, cause: unknown): KnownError {
  return new KnownError(
    'disk-failed',
    `The system could not read or write ${what} (${messageOf(cause)}). Look after the disk, or what else the system ` +
      'complains of, and run again; nothing that was stored before is given up.',
    { cause },
  );
}

/** Removes what is of no use any more, as far as that can be done: a failure here must not hide the one before it. */
export async function removeLeftover(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
}

/** Whether a system call failed with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
