import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { userCache } from '#shared/adapters/disk/user-cache.ts';

it.each([
  [{ ONESHOT_CACHE: '/big/cache', XDG_CACHE_HOME: '/xdg' }, '/big/cache'],
  [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/oneshot-rlvr'],
  [{ ONESHOT_CACHE: '', XDG_CACHE_HOME: '' }, `${homedir()}/.cache/oneshot-rlvr`],
])('the cache of a user with %j is %s', (env, folder) => {
  expect(userCache(env)).toBe(folder);
});
