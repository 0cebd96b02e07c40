import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { pullSources } from '#cli/data/pull-data.ts';
import { sources } from '#cli/data/sources.ts';
import { faultyServer } from '../../shared/adapters/download/faulty-server.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    statfs: async (path: string) => ({ ...(await real.statfs(path)), bsize: 1, bavail: 1000 }),
  };
});

it('pulling data is refused before a byte is fetched where the disk has no room', async () => {
  await using server = await faultyServer(() => undefined);
  const folder = join(mkdtempSync(join(tmpdir(), 'oneshot-room-')), 'data');
  const pulling = pullSources(
    sources.slice(0, 2),
    { from: server.origin, force: false },
    { ONESHOT_DATA: folder },
    () => {},
  );
  await expect(pulling).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/math500, aime24.* takes 0\.6 MB more.*ONESHOT_DATA/),
  });
  expect(server.asked).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
