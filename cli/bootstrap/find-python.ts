import { spawnSync } from 'node:child_process';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED } from '#shared/isolated-python.ts';

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** A Python of 3.11 or later on PATH; `ONESHOT_PYTHON` names another. @throws {KnownError} `python-missing` */
export function findPython(env: NodeJS.ProcessEnv): string {
  const named = env['ONESHOT_PYTHON'];
  const found = (named ? [named] : CANDIDATES).find((candidate) => isRecent(candidate, env));
  if (found) return found;
  throw new KnownError(
    'python-missing',
    `Python 3.11 or later is needed${named ? `, which ${named} is not` : ', and none is on PATH'}. ` +
      'Install it (Debian: apt-get install python3 python3-venv) or set ONESHOT_PYTHON to one, then run again.',
  );
}

function isRecent(python: string, env: NodeJS.ProcessEnv): boolean {
  const check = 'import sys, venv; sys.exit(sys.version_info < (3, 11))';
  return spawnSync(python, [ISOLATED, '-c', check], { env, stdio: 'ignore' }).status === 0;
}
