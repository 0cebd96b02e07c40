/**
 * The Python environment of the engine: `oneshot bootstrap`, and before each training. `engine-requirements.ts` reads what
 * must be in it, `find-python.ts` and `venv-folder.ts` where it comes from and goes to; `prepare-engine.ts` adds the
 * progress on a terminal, `main.ts` is `npm run bootstrap`. Imports `terminal/` and `package/` only.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';
import { engineRequirements } from './engine-requirements.ts';
import { findPython } from './find-python.ts';
import { venvFolder, venvPython } from './venv-folder.ts';

/**
 * Makes sure that the engine's Python environment is there and holds the pinned packages. Does nothing when it is up to
 * date; after an interruption it goes on, because the stamp that says what is in it is written last.
 *
 * @param dev - test and lint tools too; those that are there stay where they are not asked for
 * @param onProgress - what is being done, a line each
 * @returns the interpreter to run the engine with
 * @throws {KnownError} `python-missing`, `bootstrap-failed`, `temp-unwritable`
 */
export async function ensureEngine(
  env: NodeJS.ProcessEnv,
  dev: boolean,
  onProgress: (line: string) => void,
): Promise<string> {
  checkTempFolder(); // pip and the engine need it, and do not say so clearly
  const folder = venvFolder(env);
  const python = venvPython(env);
  const requirements = await engineRequirements(dev);
  const stamp = join(folder, 'oneshot-engine.txt');
  const isThere = existsSync(python);
  const installed = isThere ? linesOf(await readFile(stamp, 'utf8').catch(() => '')) : [];
  if (isThere && requirements.every((pin) => installed.includes(pin))) return python;

  if (!isThere) {
    const found = findPython(env);
    onProgress(`creating ${folder}`);
    await rm(folder, { recursive: true, force: true });
    makeFolder(dirname(folder), { code: 'bootstrap-failed', advice: 'name another in ONESHOT_VENV' });
    await run(found, [ISOLATED, '-m', 'venv', folder], env, onProgress);
  }
  await rm(stamp, { force: true });
  const [torch, ...rest] = requirements;
  for (const packages of [[torch as string], rest]) {
    onProgress(`installing ${packages.join(' ')}`);
    const pip = [ISOLATED, '-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off'];
    await run(python, [...pip, ...packages], env, onProgress);
  }
  const others = installed.filter((pin) => !requirements.some((wanted) => nameOf(wanted) === nameOf(pin)));
  await writeFile(stamp, [...requirements, ...others].map((pin) => `${pin}\n`).join(''));
  return python;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The package that a pin such as `torch==2.13.0` is about. */
function nameOf(pin: string): string {
  return pin.replace(/[^\w.-].*/, '');
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { env: withoutPython(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const tail: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/^\s*(Collecting|Downloading|Installing|Using cached)/.test(line)) onProgress(line.trim());
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > 20) tail.shift();
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(failure(command, args, cause.message)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(failure(command, args, tail.join('\n')))));
  });
}

function failure(command: string, args: readonly string[], detail: string): KnownError {
  return new KnownError(
    'bootstrap-failed',
    `Setting up the engine failed at "${command} ${args.join(' ')}":\n${detail}\n` +
      'Check network and disk space, then run the same command again: it goes on where it stopped.',
  );
}
