import { join } from 'node:path';
import { userCache } from '#shared/adapters/disk/user-cache.ts';

/**
 * The folder of third-party data: `benchmarks/*.jsonl` and `train/*`, as `oneshot data pull` makes them. `ONESHOT_DATA`
 * names another.
 */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return env['ONESHOT_DATA'] || join(userCache(env), 'data');
}
