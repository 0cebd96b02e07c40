import { join } from 'node:path';
import { userCache } from '#shared/adapters/disk/user-cache.ts';
import { isClone, packageRoot } from '../package/package-root.ts';

/** The Python environment of the engine: beside a clone's sources, else in the user's cache; `ONESHOT_VENV` wins. */
export function venvFolder(env: NodeJS.ProcessEnv): string {
  if (env['ONESHOT_VENV']) return env['ONESHOT_VENV'];
  if (isClone) return join(packageRoot, '.venv');
  return join(userCache(env), 'venv');
}

/** The interpreter in that environment. */
export function venvPython(env: NodeJS.ProcessEnv): string {
  return join(venvFolder(env), 'bin', 'python');
}
