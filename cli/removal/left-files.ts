import { type Dirent, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasDeadWriter } from '#shared/adapters/disk/drafts.ts';
import { explainDiskError } from '#shared/adapters/disk/explain-disk-error.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { sum } from '#shared/metrics/sum.ts';
import { keys } from '#shared/storage/keys.ts';
import { namesBelow } from '#shared/storage/model-users.ts';
import { publicationsLeftBehind, scratchesLeftBehind } from '#trainer/driver/scratch-folder.ts';

/** A file or folder of a home, outside of its store, or of its runs in memory, that nobody uses any more. */
export interface LeftFile {
  readonly kind: 'cached models' | 'scratch of ended drivers' | 'logs of removed runs';
  readonly path: string;
  readonly sizeBytes: number;
  /** When something in it was written last, milliseconds since 1970. */
  readonly changedMs: number;
}

/**
 * Folders of the cache whose model is no longer in the store, or whose writer has ended, scratch folders of drivers that
 * have ended, weights that they have left in memory, and logs of runs that are gone. A cached model that the store has stays: it is made again at a cost, and deleted by hand at will.
 *
 * @param beforeMs - what was changed later stays, milliseconds since 1970
 */
export async function findLeftFiles(
  { home, store, cache }: Pick<Workspace, 'home' | 'store' | 'cache'>,
  beforeMs: number,
): Promise<readonly LeftFile[]> {
  const models = new Set(await store.list(keys.prefix.models));
  const cached = entriesOf(cache).filter(
    ({ name }) =>
      name.startsWith('.')
        ? hasDeadWriter(name.slice(1))
        : !models.has(keys.model(name.split('.')[0] as string)), // what is behind a dot is a precision
  );
  const runs = new Set(await namesBelow(store, keys.prefix.runs));
  const scratch = [...(await scratchesLeftBehind(home)), ...(await publicationsLeftBehind(runs))];
  const logs = entriesOf(join(home, 'logs')).filter(({ name }) => !runs.has(name.split('.')[0] as string));
  const files = [
    ...cached.map(({ name }) => leftFile('cached models', join(cache, name))),
    ...scratch.map((path) => leftFile('scratch of ended drivers', path)),
    ...logs.map(({ name }) => leftFile('logs of removed runs', join(home, 'logs', name))),
  ];
  // Whether a process of another container has ended cannot be known: what it writes to tells.
  return files.filter(({ changedMs }) => changedMs < beforeMs);
}

/** @throws {KnownError} as `explainDiskError` says */
export async function removeLeftFiles(files: readonly LeftFile[]): Promise<void> {
  for (const { path } of files) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      throw explainDiskError(error, path);
    }
  }
}

function leftFile(kind: LeftFile['kind'], path: string): LeftFile {
  const below = entriesOf(path, true).map((entry) => join(entry.parentPath, entry.name));
  const found = [path, ...below].flatMap((each) => statSync(each, { throwIfNoEntry: false }) ?? []);
  return {
    kind,
    path,
    sizeBytes: sum(found.filter((stats) => stats.isFile()).map(({ size }) => size)),
    changedMs: Math.max(...found.map(({ mtimeMs }) => mtimeMs)),
  };
}

/** Nothing of what is no folder, or not there yet. */
function entriesOf(folder: string, recursive = false): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive });
  } catch {
    return [];
  }
}
