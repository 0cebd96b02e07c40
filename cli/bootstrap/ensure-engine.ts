import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';
import { isClone } from '../package-root.ts';
import { engineRequirements } from './engine-requirements.ts';
import { findPython } from './find-python.ts';
import { venvFolder, venvPython } from './venv-folder.ts';

/**
 * Makes sure that the engine's Python environment is there and holds exactly the pinned packages. Does nothing when
 * it is up to date; after an interruption it goes on, because the stamp that says "up to date" is written last.
 *
 * @param onProgress - what is being done, a line each
 * @returns the interpreter to run the engine with
 * @throws {KnownError} `python-missing`, `bootstrap-failed`, `temp-unwritable`
 */
export async function ensureEngine(
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<string> {
  checkTempFolder(); // pip and the engine need it, and do not say so clearly
  const folder = venvFolder(env);
  const python = venvPython(env);
  const requirements = await engineRequirements(isClone);
  const stamp = join(folder, 'oneshot-engine.txt');
  const wanted = `${requirements.join('\n')}\n`;
  if (existsSync(python) && (await readFile(stamp, 'utf8').catch(() => '')) === wanted) return python;

  if (!existsSync(python)) {
    const found = findPython(env);
    onProgress(`creating ${folder}`);
    await rm(folder, { recursive: true, force: true });
    makeFolder(dirname(folder), { code: 'bootstrap-failed', advice: 'name another in ONESHOT_VENV' });
    await run(found, [ISOLATED, '-m', 'venv', folder], env, onProgress);
  }
  await rm(stamp, { force: true });
  const [torch, ...others] = requirements;
  for (const packages of [[torch as string], others]) {
    onProgress(`installing ${packages.join(' ')}`);
    const pip = [ISOLATED, '-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off'];
    await run(python, [...pip, ...packages], env, onProgress);
  }
  await writeFile(stamp, wanted);
  return python;
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
