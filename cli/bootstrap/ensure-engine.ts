/**
 * The Python environment of the engine: `oneshot bootstrap`, and before each training. `engine-requirements.ts` reads what
 * must be in it, `find-python.ts` and `venv-folder.ts` where it comes from and goes to, `python-venv.ts` makes it;
 * `prepare-engine.ts` adds the progress on a terminal, `main.ts` is `npm run bootstrap`. Imports `terminal/` and `package/` only.
 */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { engineRequirements } from './engine-requirements.ts';
import { makeVenv, pipInstall, type VenvSettings } from './python-venv.ts';
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

  const fault = {
    code: 'bootstrap-failed',
    what: 'Setting up the engine',
    variable: 'ONESHOT_VENV',
  } as const;
  const settings: VenvSettings = { folder, env, onProgress, fault };
  if (!isThere) await makeVenv(settings);
  await rm(stamp, { force: true });
  const [torch, ...rest] = requirements;
  for (const packages of [[torch as string], rest]) await pipInstall(packages, settings);
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
