import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError, messageOf } from '../../errors.ts';
import { diskFull, isCode } from '../disk/explain-disk-error.ts';

/**
 * Makes a folder of our own where temporary files go.
 *
 * @throws {KnownError} `temp-unwritable`, `disk-full`
 */
export function makeTempFolder(prefix: string): string {
  const folder = tmpdir();
  try {
    return mkdtempSync(join(folder, prefix));
  } catch (cause) {
    if (isCode(cause, 'ENOSPC', 'EDQUOT')) throw diskFull(folder, cause);
    const message = `The folder of temporary files, ${folder}, cannot be used (${messageOf(cause)}). Set TMPDIR to one that can.`;
    throw new KnownError('temp-unwritable', message, { cause });
  }
}

/** Makes sure that temporary files can be made. @throws {KnownError} as `makeTempFolder` does */
export function checkTempFolder(): void {
  rmdirSync(makeTempFolder('oneshot-try-'));
}
