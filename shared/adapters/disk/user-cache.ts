import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of what can be fetched or built again, shared by all workspaces of a user: data, Python environments.
 * `ONESHOT_CACHE` names another.
 */
export function userCache(env: NodeJS.ProcessEnv): string {
  return env['ONESHOT_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'oneshot-rlvr');
}
