import { accessSync, constants, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KnownError, messageOf } from '../../errors.ts';
import { diskFull, isCode } from './explain-disk-error.ts';

/** How a folder that cannot be used is told of. */
export interface FolderFault {
  readonly code: string;
  /** What else to do than to make it writable. */
  readonly advice: string;
}

const HOME: FolderFault = { code: 'store-unwritable', advice: 'choose another with --home' };

/**
 * Makes a folder and what is missing of its parents, one by one: Node's own `recursive` never comes to an end under
 * `/proc`. One that is there must be writable.
 *
 * @throws {KnownError} with the code of `fault`, or `disk-full`
 */
export function makeFolder(path: string, fault: FolderFault = HOME): void {
  explaining(path, fault, () => {
    make(resolve(path));
    accessSync(path, constants.W_OK | constants.X_OK);
  });
}

/**
 * Whether `makeFolder` would find a way, without leaving anything behind.
 *
 * @throws {KnownError} as it does
 */
export function tryFolder(path: string, fault: FolderFault = HOME): void {
  const made: string[] = [];
  try {
    explaining(path, fault, () => {
      make(resolve(path), made);
      accessSync(path, constants.W_OK | constants.X_OK);
    });
  } finally {
    for (const folder of made.reverse()) removeEmpty(folder);
  }
}

/** @param made - takes the folders that were missing, parents first */
function make(path: string, made: string[] = []): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) make(parent, made);
  try {
    mkdirSync(path);
    made.push(path);
  } catch (error) {
    if (!isCode(error, 'EEXIST') || !isFolder(path)) throw error; // else another process was faster
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another process has begun to use it.
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function explaining(path: string, { code, advice }: FolderFault, use: () => void): void {
  try {
    use();
  } catch (cause) {
    if (isCode(cause, 'ENOSPC', 'EDQUOT')) throw diskFull(path, cause);
    const message = `The folder ${path} cannot be used (${messageOf(cause)}). Make it writable, or ${advice}.`;
    throw new KnownError(code, message, { cause });
  }
}
