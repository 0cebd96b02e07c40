import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isCode } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError, messageOf } from '#shared/errors.ts';

/** A folder that looks like a checkpoint of some trainer. */
export interface WatchedFolder {
  readonly name: string;
  readonly path: string;
  readonly step: number;
  /** Names, sizes and times of its files: one that is being written to has another a moment later. */
  readonly signature: string;
}

/** A step's number has six digits in a key. */
const STEP = /^(?:[^.].*[^\d]|)0*(\d{1,6})$/;

/** The step that the name of a folder ends with, as `checkpoint-100`, `step_100` or `100`. */
export function stepOf(name: string): number | undefined {
  const digits = STEP.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The folders below a folder whose names end with a step, by step and then by name.
 *
 * @throws {KnownError} `input-unreadable` where there is no such folder
 */
export async function watchedFolders(directory: string): Promise<readonly WatchedFolder[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    const message = `The folder ${directory} cannot be watched (${messageOf(cause)}). Name the folder of the checkpoints.`;
    throw new KnownError('input-unreadable', message, { cause });
  });
  const found: WatchedFolder[] = [];
  for (const { name } of entries.filter(isFolder)) {
    const step = stepOf(name);
    const path = join(resolve(directory), name);
    const signature = step === undefined ? undefined : await signatureOf(path);
    if (step !== undefined && signature !== undefined) found.push({ name, path, step, signature });
  }
  return found.sort((a, b) => a.step - b.step || (a.name < b.name ? -1 : 1));
}

function isFolder(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink();
}

/** `undefined` where the folder has just gone, or is none. */
async function signatureOf(path: string): Promise<string | undefined> {
  try {
    const names = (await readdir(path)).sort();
    const files = await Promise.all(names.map(async (name) => describe(name, await stat(join(path, name)))));
    return files.join('\n');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function describe(name: string, { size, mtimeMs }: Stats): string {
  return `${name} ${size} ${mtimeMs}`;
}
