import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as memory from '#shared/adapters/disk/shared-memory.ts';
import { makeScratch, publicationsLeftBehind } from '#trainer/driver/scratch-folder.ts';

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

/** A process that makes a folder of each kind, writes into them and ends as it is told. */
function drive(end: string, options: { uid?: number } = {}) {
  const module = JSON.stringify(join(import.meta.dirname, '../../../trainer/driver/scratch-folder.ts'));
  const script = `
    import { writeFileSync } from 'node:fs';
    import { makePublicationFolder, makeScratch } from ${module};
    const scratch = await makeScratch(${JSON.stringify(home)}, 'r');
    const published = await makePublicationFolder(${JSON.stringify(join(home, 'memory'))}, scratch, 'r');
    for (const folder of [scratch, published]) writeFileSync(folder + '/file', '');
    ${end}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', ...options });
}
const foldersLeft = async () =>
  (await Promise.all(['scratch', 'memory'].map((all) => readdir(join(home, all))))).flat();

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

describe('the folders of a driver', () => {
  it('go when it exits, and are left by one that is killed until the next one comes', async () => {
    expect(drive('process.exit(1)')).toMatchObject({ status: 1, stderr: '' });
    expect(await foldersLeft()).toEqual([]);
    const { pid, signal } = drive("process.kill(process.pid, 'SIGKILL')");
    expect(signal).toBe('SIGKILL');
    expect(await foldersLeft()).toEqual([`r-${pid}`, `oneshot-r-${pid}`]);
    expect(drive('')).toMatchObject({ status: 0, stderr: '' });
    expect(await foldersLeft()).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    "are made beside those that another user's killed driver has left (needs root)",
    async () => {
      const { pid } = drive("process.kill(process.pid, 'SIGKILL')");
      await chmod(home, 0o777);
      for (const all of ['scratch', 'memory']) await chmod(join(home, all), 0o1777);
      expect(drive('', { uid: 65_534 })).toMatchObject({ status: 0, stderr: '' });
      expect(await foldersLeft()).toEqual([`r-${pid}`, `oneshot-r-${pid}`]);
    },
  );
});

it('finds weights that killed drivers of these runs have left in memory', async () => {
  vi.spyOn(memory, 'sharedMemory').mockResolvedValue(join(home, 'scratch'));
  const left = await leave(`oneshot-r-${dead}`);
  for (const name of [`oneshot-r-${process.ppid}`, `oneshot-other-${dead}`, `r-${dead}`]) await leave(name);
  expect(await publicationsLeftBehind(new Set(['r']))).toEqual([left]);
  vi.mocked(memory.sharedMemory).mockResolvedValue(undefined);
  expect(await publicationsLeftBehind(new Set(['r']))).toEqual([]);
  vi.restoreAllMocks();
});
