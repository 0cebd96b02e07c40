import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { explainDiskError } from '#shared/adapters/disk/explain-disk-error.ts';
import { isRunning } from '#shared/adapters/disk/drafts.ts';

/**
 * Makes a folder of this driver's own in its home: a folder store, which is in the same file system, can keep what is
 * written there without copying it. What drivers of the same run have left that were killed is removed.
 *
 * @returns its path, absolute
 * @throws {KnownError} `disk-full`, `store-unwritable`
 */
export async function makeScratch(home: string, run: string): Promise<string> {
  const all = join(resolve(home), 'scratch');
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
