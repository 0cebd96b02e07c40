import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, tryFolder } from '#shared/adapters/local/make-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-make-folder-'));
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
  await symlink('loop', join(folder, 'loop'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Under `/proc` and `/sys` even root makes nothing. */
const UNUSABLE = [
  '/dev/null/x',
  '/proc/x/y',
  '/sys/x',
  'file',
  'file/x',
  'dangling',
  'loop/x',
  'x'.repeat(300),
];

describe('makeFolder', () => {
  it('makes a folder with its parents, and takes one that is there', () => {
    makeFolder(join(folder, 'a/b/c'));
    makeFolder(join(folder, 'a/b/c'));
    expect(statSync(join(folder, 'a/b/c')).isDirectory()).toBe(true);
  });

  it.each(UNUSABLE)('says of %s that it cannot be used, why, and what to do', (name) => {
    const path = name.startsWith('/') ? name : join(folder, name);
    const fault = { code: 'output-unwritable', advice: 'name another' } as const;
    const message = expect.stringMatching(
      /cannot be used \(E[A-Z]+: .*\)\. Make it writable, or name another\.$/,
    );
    for (const use of [makeFolder, tryFolder])
      expect(() => use(path, fault)).toThrow(expect.objectContaining({ code: 'output-unwritable', message }));
  });

  it.skipIf(process.getuid?.() === 0)('says the same of one that its user may not write', () => {
    chmodSync(folder, 0o500);
    expect(() => makeFolder(folder)).toThrow(/EACCES.*--home/);
    chmodSync(folder, 0o700);
  });

  it('says the same of one on a file system that is read-only', async (context) => {
    const mounted = join(folder, 'mounted');
    await mkdir(mounted);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', mounted]).status !== 0)
      return context.skip('mounting is not permitted here');
    try {
      expect(() => makeFolder(mounted)).toThrow(/EROFS/);
      expect(() => makeFolder(join(mounted, 'home'))).toThrow(/EROFS/);
    } finally {
      spawnSync('umount', [mounted]);
    }
  });
});

it('tryFolder leaves nothing behind, whether there is a way or not', () => {
  tryFolder(join(folder, 'new/home'));
  expect(() => tryFolder(join(folder, 'new', 'x'.repeat(300)))).toThrow();
  expect(existsSync(join(folder, 'new'))).toBe(false);
  expect(readdirSync(folder).toSorted()).toEqual(['dangling', 'file', 'loop']);
});
