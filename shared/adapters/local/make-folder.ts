import { accessSync, constants, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ErrorCode } from '../../error-codes/codes.ts';
import { KnownError, messageOf } from '../../errors.ts';
import { diskFull, isCode } from '../disk/explain-disk-error.ts';

interface FolderSettings extends Partial<FolderFault> {
  /** Permissions of what is made; the system's default otherwise. */
  readonly mode?: number;
}

/** How a folder that cannot be used is told of. */
export interface FolderFault {
  readonly code: ErrorCode;
  /** What else to do than to make it writable. */
  readonly advice: string;
}

const HOME: FolderFault = { code: 'store-unwritable', advice: 'choose another with --home' };

/**
 * Makes a folder and what is missing of its parents, one by one: Node's own `recursive` never comes to an end under
 * `/proc`. One that is there must be writable.
 *
 * @throws {KnownError} with the code given, or `disk-full`
 */
export function makeFolder(path: string, { mode, ...fault }: FolderSettings = {}): void {
  explaining(path, { ...HOME, ...fault }, () => {
    make(resolve(path), { mode });
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
      make(resolve(path), { made });
      accessSync(path, constants.W_OK | constants.X_OK);
    });
  } finally {
    for (const folder of made.reverse()) removeEmpty(folder);
  }
}

interface Making {
  readonly mode?: number | undefined;
  /** Takes the folders that were missing, parents first. */
  readonly made?: string[];
}

function make(path: string, making: Making): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) make(parent, making);
  try {
    mkdirSync(path, { mode: making.mode });
    making.made?.push(path);
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
