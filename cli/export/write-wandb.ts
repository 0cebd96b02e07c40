import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { withoutPython } from '#shared/isolated-python.ts';
import { packageRoot } from '../package/package-root.ts';
import type { RunCurves } from './run-curves.ts';

/** Exit code of the script where Python finds no package `wandb`. */
const MISSING = 3;

/**
 * Writes the curves of a run as an offline run of Weights & Biases under `folder/wandb`, through the package itself:
 * nobody else describes its files. Nothing is sent; `wandb sync` does that.
 *
 * @param python - the interpreter that has the package
 * @returns the folder to sync
 * @throws {KnownError} `wandb-missing`, `wandb-failed`, `python-missing`, `output-unwritable`
 */
export async function writeWandb(
  folder: string,
  run: string,
  { config, rows }: RunCurves,
  python: string,
): Promise<string> {
  const directory = resolve(folder);
  makeFolder(directory, { code: 'output-unwritable', advice: 'name another' });
  const script = join(packageRoot, 'cli/export/wandb_offline.py');
  // Not isolated from packages of the user's own account: wandb may well be one.
  const env = withoutPython(process.env);
  const child = spawn(python, ['-E', script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined); // a script that ends early says why
  child.stdin.end(JSON.stringify({ directory, run, config, rows }));
  const [code, written, words] = await Promise.all([
    once(child, 'close').then(([status]) => status as number | null), // Node's own arguments
    text(child.stdout),
    text(child.stderr),
  ]).catch((cause: unknown) => {
    throw new KnownError('python-missing', `${python} does not start. Name another in ONESHOT_PYTHON.`, {
      cause,
    });
  });
  if (code === 0) return written.trim();
  if (code === MISSING) {
    throw new KnownError(
      'wandb-missing',
      `${python} has no package wandb. Run "${python} -m pip install wandb", or name in ONESHOT_PYTHON one that has it.`,
    );
  }
  throw new KnownError('wandb-failed', `The package wandb failed:\n${words.trim().slice(-2000)}`);
}
