import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';
import { findPython } from './find-python.ts';

/** A Python environment of ours, and how its making is told of. */
export interface VenvSettings {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is being done, a line each. */
  readonly onProgress: (line: string) => void;
  readonly fault: {
    readonly code: 'bootstrap-failed' | 'vllm-install-failed';
    /** What fails, as the beginning of a sentence. */
    readonly what: string;
    /** The variable that names another folder. */
    readonly variable: string;
  };
}

/** Makes the environment anew, without packages. @throws {KnownError} `python-missing` and the fault's */
export async function makeVenv(settings: VenvSettings): Promise<void> {
  const { folder, env, onProgress, fault } = settings;
  const found = findPython(env);
  onProgress(`creating ${folder}`);
  await rm(folder, { recursive: true, force: true });
  makeFolder(dirname(folder), { code: fault.code, advice: `name another in ${fault.variable}` });
  await runPython(found, [ISOLATED, '-m', 'venv', folder], settings);
}

/** Installs packages, with pip's own arguments for them. @throws {KnownError} the fault's */
export async function pipInstall(packages: readonly string[], settings: VenvSettings): Promise<void> {
  settings.onProgress(`installing ${packages.join(' ')}`);
  const pip = [ISOLATED, '-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off'];
  await runPython(join(settings.folder, 'bin', 'python'), [...pip, ...packages], settings);
}

/** Runs a Python to its end; it ends with this process at the latest. @throws {KnownError} the fault's, with its last words */
export function runPython(
  python: string,
  args: readonly string[],
  { env, onProgress, fault }: VenvSettings,
): Promise<void> {
  // A group of its own: Ctrl-C would reach pip from the terminal and from here, and the second one its cleaning up.
  const child = spawn(python, args, {
    env: withoutPython(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const interrupt = () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT');
  process.once('exit', interrupt);
  const tail: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/^\s*(Collecting|Downloading|Installing|Using cached)/.test(line)) onProgress(line.trim());
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > 20) tail.shift();
  });
  const failure = (detail: string) =>
    new KnownError(
      fault.code,
      `${fault.what} failed at "${python} ${args.join(' ')}":\n${detail}\n` +
        'Check network and disk space, then run the same command again: it goes on where it stopped.',
    );
  return new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(failure(cause.message)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(failure(tail.join('\n')))));
  }).finally(() => process.off('exit', interrupt));
}
