import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from '#cli/bootstrap/find-python.ts';

const REQUIREMENT = 'math-verify[antlr4_13_2]==0.9.0';
const FOLDER = join(import.meta.dirname, '../.venv');

/** Sets up the Python environment of the peer, once. @returns its interpreter */
export function ensureMathVerify(): string {
  const python = join(FOLDER, 'bin/python');
  // Written last, so that an interrupted installation is made again.
  const stamp = join(FOLDER, 'requirement.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === REQUIREMENT) return python;
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run(findPython(process.env), '-m', 'venv', FOLDER);
  run(python, '-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', REQUIREMENT);
  writeFileSync(stamp, REQUIREMENT);
  return python;
}
