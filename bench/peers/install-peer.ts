import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from '#cli/bootstrap/find-python.ts';

/** What the benchmarks install and make for their peers; ignored by git, and safe to delete. */
export const peersFolder = join(import.meta.dirname, '../.venv');

/**
 * Installs a peer into the benchmarks' Python environment, once. It needs a package index the first time.
 *
 * @param rounds - requirements, installed one list after the other
 * @returns the interpreter
 */
export function installPeer(name: string, ...rounds: readonly (readonly string[])[]): string {
  const python = join(peersFolder, 'bin/python');
  // Written last, so that an interrupted installation is made again.
  const stamp = join(peersFolder, `${name}.txt`);
  const wanted = rounds.flat().join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(python)) run(findPython(process.env), '-m', 'venv', peersFolder);
  for (const requirements of rounds) {
    run(python, '-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', ...requirements);
  }
  writeFileSync(stamp, wanted);
  return python;
}
