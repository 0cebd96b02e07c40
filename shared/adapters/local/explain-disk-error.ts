import { KnownError, messageOf } from '../../errors.ts';

/** A disk's error as one that says what to do; anything else is given back as it is. */
export function explainDiskError(error: unknown, what: string): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return diskFull(what, error);
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOTSUP'))
    return unwritable(what, error);
  return error;
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

/** Whether a system call failed with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
