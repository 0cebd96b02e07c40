import { readdirSync, readFileSync } from 'node:fs';

/** Processes that were started with this variable in their environment, by id. */
export function processesWith(name: string, value: string): readonly number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids
    .filter((pid) => `\0${read(`/proc/${pid}/environ`)}`.includes(`\0${name}=${value}\0`))
    .map(Number);
}

/** The words of a process's command line; none of one that has ended. */
export function commandOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`).split('\0');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
