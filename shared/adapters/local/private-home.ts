import { chmodSync, closeSync, lstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError } from '../../errors.ts';
import { explainDiskError, isCode } from '../disk/explain-disk-error.ts';
import { makeFolder } from './make-folder.ts';

/** Modes of what a workspace keeps: completions, hashes of tokens and the work to do are its user's own. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;
/** What others may do, in a mode. */
const OTHERS = 0o077;
const ROOT = 0;

/** Everything that a workspace keeps lies in these. */
const FOLDERS = ['store', 'cache', 'scratch', 'reports', 'logs'];
const QUEUE = 'queue.sqlite';
const FILES = [QUEUE, `${QUEUE}-wal`, `${QUEUE}-shm`, `${QUEUE}-journal`];

/**
 * Makes the home of a workspace, or closes to others what an older one left open. A folder that also holds other
 * things keeps its own mode, and so do they.
 *
 * @returns the file of the queues, which SQLite would make readable for everybody
 * @throws {KnownError} `home-foreign`, or as `makeFolder` and `explainDiskError` say
 */
export function privateHome(home: string): { readonly queue: string; readonly cache: string } {
  try {
    makeFolder(home, { mode: PRIVATE_FOLDER });
    assertOwn(home, statSync(home).uid, process.getuid?.());
    for (const name of FOLDERS) tightenTree(join(home, name));
    for (const name of FILES) tighten(join(home, name));
    const ours = [...FOLDERS, ...FILES];
    if (readdirSync(home).every((name) => ours.includes(name))) tighten(home);
    const [queue, cache] = [join(home, QUEUE), join(home, 'cache', 'models')];
    makeFolder(cache, { mode: PRIVATE_FOLDER });
    closeSync(openSync(queue, 'a', PRIVATE_FILE));
    return { queue, cache };
  } catch (error) {
    throw explainDiskError(error, home);
  }
}

/**
 * Whoever owns a folder may read and replace all that is in it.
 *
 * @param user - `undefined` where the system has no such owners
 */
export function assertOwn(home: string, owner: number, user: number | undefined): void {
  if (user === undefined || user === ROOT || owner === user) return;
  throw new KnownError(
    'home-foreign',
    `The folder ${home} belongs to another user (${owner}, and you are ${user}), who could read and change all that ` +
      'is kept there. Choose one of your own with --home.',
  );
}

/** Closes a folder and all in it; nothing where it is closed already, since nobody gets past it. */
function tightenTree(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory() || (stat.mode & OTHERS) === 0) return;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
    if (entry.isFile() || entry.isDirectory()) tighten(join(entry.parentPath, entry.name));
  tighten(path); // last: one that is interrupted begins again
}

function tighten(path: string): void {
  try {
    const { mode } = statSync(path);
    if ((mode & OTHERS) !== 0) chmodSync(path, mode & PRIVATE_FOLDER);
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'EPERM')) throw error; // deleted meanwhile; another user's, behind a closed folder
  }
}
