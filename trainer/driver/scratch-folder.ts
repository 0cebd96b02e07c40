import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isRunning } from '#shared/adapters/disk/drafts.ts';
import { explainDiskError, removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { removeAtExit } from '#shared/adapters/disk/remove-at-exit.ts';
import { sharedMemory } from '#shared/adapters/disk/shared-memory.ts';

/**
 * Makes a folder of this driver's own in its home: a folder store, which is in the same file system, can keep what is
 * written there without copying it. It goes when the driver exits, and what killed drivers of the run have left goes now.
 *
 * @returns its path, absolute
 * @throws {KnownError} `disk-full`, `store-unwritable`
 */
export function makeScratch(home: string, run: string): Promise<string> {
  return makeOwn(join(resolve(home), 'scratch'), run);
}

/**
 * Makes the folder through which a run's weights go to its sampler: in a named one, which may lie in memory, else in the
 * driver's own. It goes when the driver exits, and what killed drivers of the run have left there goes now.
 *
 * @returns its path, absolute
 * @throws {KnownError} `disk-full`, `store-unwritable`
 */
export async function makePublicationFolder(
  named: string | undefined,
  scratch: string,
  run: string,
): Promise<string> {
  return makeOwn(named ? resolve(named) : join(scratch, 'published'), publicationName(run));
}

async function makeOwn(all: string, run: string): Promise<string> {
  const own = join(all, `${run}-${process.pid}`);
  try {
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    removeAtExit(own);
    for (const name of await readdir(all)) {
      if (isLeftBehind(name, run)) await removeLeftover(join(all, name)); // another user's stays
    }
  } catch (error) {
    throw explainDiskError(error, own);
  }
  return own;
}

/** Runs of a home that a driver of this machine is at work on, by its process id. */
export async function runsAtWork(home: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const name of await readdir(join(home, 'scratch')).catch(() => [])) {
    const [, run, pid] = /^(.+)-(\d+)$/.exec(name) ?? [];
    if (run !== undefined && (await isDriverOf(run, Number(pid)))) found.set(run, Number(pid));
  }
  return found;
}

/** Scratch folders of drivers that have ended, whatever their run. */
export async function scratchesLeftBehind(home: string): Promise<readonly string[]> {
  const all = join(home, 'scratch');
  const names = await readdir(all).catch(() => []);
  const working = await runsAtWork(home);
  return names
    .filter((name) => {
      const [, run, pid] = /^(.+)-(\d+)$/.exec(name) ?? [];
      return run !== undefined && !isRunning(Number(pid)) && !working.has(run);
    })
    .map((name) => join(all, name));
}

/** Folders of weights that killed drivers of these runs have left in the memory of this machine. */
export async function publicationsLeftBehind(runs: ReadonlySet<string>): Promise<readonly string[]> {
  const all = await sharedMemory();
  if (all === undefined) return [];
  const names = await readdir(all);
  return [...runs].flatMap((run) =>
    names.filter((name) => isLeftBehind(name, publicationName(run))).map((name) => join(all, name)),
  );
}

/** Without the process. */
function publicationName(run: string): string {
  return `oneshot-${run}`;
}

/** A process id that lives may be another program's by now: where the system tells its words, they are a driver's. */
async function isDriverOf(run: string, pid: number): Promise<boolean> {
  if (!isRunning(pid)) return false;
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return words === undefined || words.includes(run) || /driver|trainer\/main/.test(words);
}

function isLeftBehind(name: string, run: string): boolean {
  const pid = name.startsWith(`${run}-`) ? name.slice(run.length + 1) : '';
  return /^\d+$/.test(pid) && !isRunning(Number(pid));
}
