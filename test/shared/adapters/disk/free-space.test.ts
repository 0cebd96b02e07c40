import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { assertRoom, freeSpace } from '#shared/adapters/disk/free-space.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    statfs: async (path: string) => ({ ...(await real.statfs(path)), bsize: 4096, bavail: 250 }),
  };
});

const later = join(tmpdir(), 'oneshot-not-yet', 'nor-this');

it('knows what is free where a folder will be', async () => {
  expect(await freeSpace(later)).toBe(1_024_000);
  expect(await freeSpace(join(import.meta.filename, 'below-a-file'))).toBe(1_024_000);
});

it('refuses what does not fit, with what is needed and free', async () => {
  const ask = { folder: later, what: 'the data', advice: 'set ONESHOT_DATA to another' };
  await expect(assertRoom({ ...ask, needBytes: 1_024_000 })).resolves.toBeUndefined();
  await expect(assertRoom({ ...ask, needBytes: 3_100_000_000 })).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/has 1\.0 MB free, and the data takes 3\.1 GB more.*ONESHOT_DATA/),
  });
});
