import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch } from '#trainer/driver/scratch-folder.ts';

let home: string;
const dead = spawnSync(process.execPath, ['-e', '']).pid;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-scratch-'));
});
afterEach(() => rm(home, { recursive: true }));

async function leave(name: string): Promise<string> {
  const folder = join(home, 'scratch', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'file'), '');
  return folder;
}

it('removes what killed drivers of the run have left, and nothing else', async () => {
  const gone = await leave(`r-${dead}`);
  const before = await leave(`r-${process.pid}`);
  const others = [await leave(`r-${process.ppid}`), await leave(`r-2-${dead}`), await leave('r-notes')];
  const own = await makeScratch(home, 'r');
  expect(own).toBe(before);
  expect(existsSync(join(own, 'file'))).toBe(false);
  expect([own, gone, ...others].map(existsSync)).toEqual([true, false, true, true, true]);
});

it('says what to do where its home takes no folder', async () => {
  await writeFile(join(home, 'scratch'), '');
  await expect(makeScratch(home, 'r')).rejects.toMatchObject({ code: 'store-unwritable' });
});
