import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '#cli/bootstrap/find-python.ts';
import { hasCode, messageOf } from '#shared/errors.ts';

export const repository = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const INSTALL_MS = 600_000;

/** A folder of Python programs, or why there is none. */
export type Venv =
  | { readonly kind: 'ready'; readonly bin: string }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Makes sure that `.venv-{name}` in the repository holds the pinned packages. Made once and used again until the pins
 * change; the stamp that says so is written last.
 */
export async function ensureVenv(name: string, requirements: readonly string[]): Promise<Venv> {
  const folder = join(repository, `.venv-${name}`);
  const bin = join(folder, 'bin');
  const stamp = join(folder, 'requirements.txt');
  const wanted = `${requirements.join('\n')}\n`;
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return { kind: 'ready', bin };
  try {
    const python = findPython(process.env);
    await rm(folder, { recursive: true, force: true });
    await run(python, ['-m', 'venv', folder], { timeout: INSTALL_MS });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
    await run(join(bin, 'python'), pip, { timeout: INSTALL_MS });
    await writeFile(stamp, wanted);
    return { kind: 'ready', bin };
  } catch (error) {
    return { kind: 'missing', reason: reasonOf(error, name) };
  }
}

function reasonOf(error: unknown, name: string): string {
  if (hasCode(error, 'python-missing'))
    return `${name} needs Python 3.11 or later with venv. Install it, or set ONESHOT_PYTHON to one.`;
  return `${name} cannot be installed: ${messageOf(error).slice(-500)}`;
}
