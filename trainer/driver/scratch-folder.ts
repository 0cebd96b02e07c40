import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isRunning } from '#shared/adapters/disk/drafts.ts';
import { explainDiskError } from '#shared/adapters/disk/explain-disk-error.ts';

/**
 * Makes a folder of this driver's own in its home: a folder store, which is in the same file system, can keep what is
 * written there without copying it. What drivers of the same run have left that were killed is removed.
 *
 * @returns its path, absolute
 * @throws {KnownError} `disk-full`, `store-unwritable`
 */
export function makeScratch(home: string, run: string): Promise<string> {
  return makeOwn(join(resolve(home), 'scratch'), run);
}

/**
 * Makes the folder through which a run's weights go to its sampler: in a named one, which may lie in memory, else in the
 * driver's own. What killed drivers of the run have left there is removed.
 *
 * @returns its path, absolute
 * @throws {KnownError} `disk-full`, `store-unwritable`
 */
export async function makePublicationFolder(
  named: string | undefined,
  scratch: string,
  run: string,
): Promise<string> {
  return makeOwn(named ? resolve(named) : join(scratch, 'published'), `oneshot-${run}`);
}

async function makeOwn(all: string, run: string): Promise<string> {
  const own = join(all, `${run}-${process.pid}`);
  try {
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    for (const name of await readdir(all)) {
      if (isLeftBehind(name, run)) await rm(join(all, name), { recursive: true, force: true });
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
