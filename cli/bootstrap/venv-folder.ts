import { homedir } from 'node:os';
import { join } from 'node:path';
import { isClone, packageRoot } from '../package/package-root.ts';

/** The Python environment of the engine: beside a clone's sources, else in the user's cache; `ONESHOT_VENV` wins. */
export function venvFolder(env: NodeJS.ProcessEnv): string {
  if (env['ONESHOT_VENV']) return env['ONESHOT_VENV'];
  if (isClone) return join(packageRoot, '.venv');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'oneshot-rlvr', 'venv');
}

/** The interpreter in that environment. */
export function venvPython(env: NodeJS.ProcessEnv): string {
  return join(venvFolder(env), 'bin', 'python');
}
