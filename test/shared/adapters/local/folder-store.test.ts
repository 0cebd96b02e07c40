import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { objectStoreContract } from '../../../contracts/object-store.ts';
import { WorkerProcess } from './worker-process.ts';

/** Folders that the store under test has read. */
const read = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const readdir: unknown = (...args: Parameters<typeof real.readdir>) => {
    read.push(String(args[0]));
    return real.readdir(...args);
  };
  return { ...real, readdir };
});

const folder = mkdtempSync(join(tmpdir(), 'folder-store-'));
afterAll(() => rm(folder, { recursive: true }));
let folders = 0;
const newRoot = () => join(folder, `${folders++}`);
const script = (name: string) => fileURLToPath(import.meta.resolve(`./${name}`));

objectStoreContract('FolderStore', async () => new FolderStore(newRoot()));

describe('FolderStore', () => {
  it('lays objects out as files that are named as their keys', async () => {
    const root = newRoot();
    await new FolderStore(root).putOnce('runs/a/run.json', Buffer.from('{}'));
    const files = await readdir(root, { recursive: true });
    expect(files.sort()).toEqual(['.drafts', 'runs', 'runs/a', 'runs/a/run.json']);
  });

  it('keeps a final file itself, and copies any other', async () => {
    const [root, source] = [newRoot(), join(folder, 'source')];
    await writeFile(source, 'from a file');
    const inode = async (path: string) => (await stat(path)).ino;
    for (const final of [true, false]) {
      await new FolderStore(root).putFile(`final/${final}`, source, { final });
      expect((await inode(join(root, `final/${final}`))) === (await inode(source))).toBe(final);
    }
    expect(await readdir(join(root, '.drafts'))).toEqual([]);
  });

  const isElsewhere = existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync(folder).dev;
  it.runIf(isElsewhere)('copies a final file of another file system', async () => {
    const elsewhere = mkdtempSync('/dev/shm/folder-store-');
    const store = new FolderStore(newRoot());
    try {
      await writeFile(join(elsewhere, 'source'), 'from afar');
      expect(await store.putFile('a', join(elsewhere, 'source'), { final: true })).toBe('created');
    } finally {
      await rm(elsewhere, { recursive: true });
    }
    expect(Buffer.from((await store.get('a')) as Uint8Array).toString()).toBe('from afar');
  });

  it('refuses a key that lies below an object, and one that is the folder of others', async () => {
    const store = new FolderStore(newRoot());
    await store.putOnce('a/b', Buffer.from('x'));
    for (const key of ['a', 'a/b/c', 'a/b/c/d']) {
      await expect(store.putOnce(key, Buffer.from('y'))).rejects.toMatchObject({ code: 'key-conflict' });
    }
    expect(await store.list('')).toEqual(['a/b']);
  });

  it('says that a store cannot be used where its folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const root of [join(folder, 'file'), join(folder, 'file', 'store')]) {
      const store = new FolderStore(root);
      expect(await store.get('a')).toBeUndefined();
      await expect(store.putOnce('a/b', Buffer.from('x'))).rejects.toMatchObject({
        code: 'store-unwritable',
        message: expect.stringContaining('--home'),
      });
    }
  });

  it.skipIf(process.getuid?.() === 0)(
    'says that a store cannot be used where it may not be written',
    async () => {
      const root = newRoot();
      await mkdir(root, { mode: 0o500 });
      await expect(new FolderStore(root).putOnce('a', Buffer.from('x'))).rejects.toMatchObject({
        code: 'store-unwritable',
      });
    },
  );

  it('goes on after its folder was removed', async () => {
    const root = newRoot();
    const store = new FolderStore(root);
    await store.putOnce('a', Buffer.from('x'));
    await rm(root, { recursive: true });
    await expect(store.putOnce('a', Buffer.from('x'))).rejects.toThrow('ENOENT');
    expect(await store.putOnce('a', Buffer.from('x'))).toBe('created');
  });

  it('reads only the folders that can hold what is asked for', async () => {
    const root = newRoot();
    for (let i = 0; i < 30; i++) {
      await mkdir(join(root, 'a', `${i}`), { recursive: true });
      for (let j = 0; j < 100; j++) writeFileSync(join(root, 'a', `${i}`, `${j}`), '');
    }
    const store = new FolderStore(root);
    read.length = 0;
    expect(await store.list('a/')).toHaveLength(3000);
    expect(read).toHaveLength(31);
    read.length = 0;
    expect(await store.list('a/7/')).toHaveLength(100);
    expect(read).toEqual([join(root, 'a/7/')]);
    read.length = 0;
    expect(await store.list('a/', { delimiter: '/', limit: 2 })).toHaveLength(2);
    expect(read.length).toBeLessThanOrEqual(4);
    read.length = 0;
    expect(await store.list('a/', { startAfter: 'a/9/9', limit: 3 })).toHaveLength(3);
    expect(read.length).toBeLessThanOrEqual(2);
  });
});

describe('four processes that put the same keys', () => {
  it('create each exactly once, and never see part of a body', async () => {
    const [root, keys, sizeBytes] = [newRoot(), 40, 200_000];
    const workers = [1, 2, 3, 4].map(
      (own) => new WorkerProcess(script('put-race-worker.ts'), [root, `${own}`, `${keys}`, `${sizeBytes}`]),
    );
    await Promise.all(workers.map((worker) => worker.ready()));
    const results = workers.map((worker) => worker.next());
    for (const worker of workers) worker.start();
    const found = (await Promise.all(results)) as { created: string[]; torn: number }[];
    await Promise.all(workers.map((worker) => worker.kill()));

    const store = new FolderStore(root);
    expect(found.map(({ torn }) => torn)).toEqual([0, 0, 0, 0]);
    expect(found.flatMap(({ created }) => created).sort()).toEqual([...(await store.list(''))].sort());
    expect(found.flatMap(({ created }) => created)).toHaveLength(keys);
    for (const [i, { created }] of found.entries()) {
      for (const key of created)
        expect(await store.get(key, { start: 7, end: 8 })).toEqual(Uint8Array.of(i + 1));
    }
    expect(await readdir(join(root, '.drafts'))).toEqual([]);
  });
});

describe('a process killed while it puts large bodies', () => {
  it('leaves each object whole or absent, and no draft for longer than until the next put', async () => {
    const [root, sizeBytes, kills] = [newRoot(), 4_000_000, 20];
    const drafts = join(root, '.drafts');
    const newWorker = (i: number) =>
      new WorkerProcess(script('put-until-killed-worker.ts'), [root, `large-${i}`, `${sizeBytes}`]);
    let next = newWorker(0);
    for (let i = 0; i < kills; i++) {
      const worker = next;
      await worker.ready();
      if (i + 1 < kills) next = newWorker(i + 1);
      worker.start();
      await worker.next();
      await sleep((i * 7) % 20);
      await worker.kill();

      const store = new FolderStore(root);
      const keys = await store.list('large');
      for (const key of keys) {
        const body = (await store.get(key)) as Uint8Array;
        expect(body.length).toBe(sizeBytes);
        expect(Buffer.from(body.buffer).equals(Buffer.alloc(sizeBytes, Number(key.split('/')[1]) + 1))).toBe(
          true,
        );
      }
      expect(await store.putOnce(`large-${i}/${keys.length}`, Buffer.from('later'))).toBe('created');
      await rm(join(root, `large-${i}`), { recursive: true });
    }

    expect(await readdir(drafts)).toEqual([]);
    expect(await new FolderStore(root).list('')).toEqual([]);
  });
});

describe('a draft', () => {
  const drafts = (root: string) => readdir(join(root, '.drafts')).catch(() => [] as string[]);

  it('of a process that was killed goes with the next put, one of a process that runs stays', async () => {
    const [root, pipe] = [newRoot(), join(folder, 'pipe')];
    execFileSync('mkfifo', [pipe]);
    const workers = [1, 2].map(() => new WorkerProcess(script('put-without-end-worker.ts'), [root, pipe]));
    for (const [i, worker] of workers.entries()) {
      await worker.ready();
      worker.start();
      while ((await drafts(root)).length <= i) await sleep(5);
    }
    const both = await drafts(root);
    await workers[0]?.kill();
    await new FolderStore(root).putOnce('later', Buffer.from('x'));
    const [left, ...more] = await drafts(root);
    expect(both).toContain(left);
    expect(more).toEqual([]);
    await workers[1]?.kill();
    await new FolderStore(root).putOnce('latest', Buffer.from('x'));
    expect(await drafts(root)).toEqual([]);
    expect(await new FolderStore(root).list('')).toEqual(['later', 'latest'].sort());
  });

  it('from elsewhere, whose writer nobody here can see, goes after an hour', async () => {
    const root = newRoot();
    await mkdir(join(root, '.drafts'), { recursive: true });
    const names = ['0123456789ab-1-young', '0123456789ab-1-old', 'of-an-earlier-version'];
    for (const name of names) await writeFile(join(root, '.drafts', name), '');
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const name of names.slice(1)) await utimes(join(root, '.drafts', name), old, old);
    await new FolderStore(root).putOnce('later', Buffer.from('x'));
    expect(await drafts(root)).toEqual(names.slice(0, 1));
  });
});

describe('a full disk', () => {
  const full = { put: 'disk-full', putFile: 'disk-full', afterwards: 'created', getFile: 'none' };
  const files = ['copy', 'store', 'store/.drafts', 'store/small'];

  it('is what a limit on file sizes looks like: nothing half-written remains', async () => {
    expect(await runFullDiskWorker((root) => `mkdir ${root} && ulimit -f 1000`)).toMatchObject({
      ...full,
      files,
    });
  });

  // Mounts are seen by the worker alone and end with it.
  const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
  it.runIf(mayMount)('leaves store and queue in order', async () => {
    const mount = (root: string) => `mkdir ${root} && mount -t tmpfs -o size=1m tmpfs ${root}`;
    expect(await runFullDiskWorker(mount, ['unshare', '-rm'])).toEqual({
      ...full,
      send: 'disk-full',
      sendAfterwards: 'none',
      files,
    });
  });
});

/** What the worker printed, run by a shell after `prepare`. */
async function runFullDiskWorker(
  prepare: (root: string) => string,
  wrapper: readonly string[] = [],
): Promise<unknown> {
  const root = newRoot();
  const source = join(folder, 'source');
  const sizeBytes = 3_000_000;
  await writeFile(source, Buffer.alloc(sizeBytes));
  const worker = `"$0" ${script('full-disk-worker.ts')} ${root} ${source} ${sizeBytes}`;
  const [command = '', ...args] = [
    ...wrapper,
    'bash',
    '-c',
    `${prepare(root)} && exec ${worker}`,
    process.execPath,
  ];
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}
