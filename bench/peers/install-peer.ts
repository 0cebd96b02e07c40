import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findPython } from '#cli/bootstrap/find-python.ts';

/** What the benchmarks install and make for their peers; ignored by git, and safe to delete. */
export const peersFolder = join(import.meta.dirname, '../.venv');

/**
 * Installs a peer into the benchmarks' Python environment, once. It needs a package index the first time. An interpreter among
 * those of `ONESHOT_PEERS_PYTHON` (separated as in PATH) that has the first requirement of the last list, `name==version`, is
 * taken as it is.
 *
 * @param rounds - requirements, installed one list after the other
 * @returns the interpreter
 */
export function installPeer(name: string, ...rounds: readonly (readonly string[])[]): string {
  const ready = readyPython(rounds.at(-1)?.[0] ?? '');
  if (ready) return ready;
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

function readyPython(requirement: string): string | undefined {
  const [name = '', version = ''] = requirement.replace(/\[.*\]/, '').split('==');
  const script = 'import importlib.metadata as m, sys; sys.exit(m.version(sys.argv[1]) != sys.argv[2])';
  return (process.env['ONESHOT_PEERS_PYTHON'] ?? '').split(delimiter).find((python) => {
    try {
      execFileSync(python, ['-c', script, name, version], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
