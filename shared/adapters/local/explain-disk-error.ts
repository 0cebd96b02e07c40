import { KnownError, messageOf } from '../../errors.ts';

/** A disk's error as one that says what to do; anything else is given back as it is. */
export function explainDiskError(error: unknown, what: string): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) {
    const message = `The disk is full while writing ${what}. Free some space and run again; nothing is damaged.`;
    return new KnownError('disk-full', message, { cause: error });
  }
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR')) {
    const message = `The store cannot be written (${messageOf(error)}). Choose another folder with --home.`;
    return new KnownError('store-unwritable', message, { cause: error });
  }
  return error;
}

/** Whether a system call failed with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
