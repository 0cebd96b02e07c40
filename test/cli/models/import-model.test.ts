import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from '../../e2e/oneshot.ts';

const FILE = join(packageRoot, 'test/golden/inference/gguf/llama-biased.gguf');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-import-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('oneshot model import', () => {
  it('makes a folder that can be stored', async () => {
    const to = join(folder, 'new/model');
    const { code, lines } = await oneshot(['model', 'import', FILE, '--out', to, '--json']);
    expect([code, lines]).toEqual([0, [{ event: 'imported', folder: to }]]);
    const pushed = await oneshot(['model', 'push', to, '--home', join(folder, 'home'), '--json']);
    expect(pushed.lines).toEqual([{ model: expect.stringMatching(/^[a-z2-7]{26}$/) }]);
  });

  it('replaces nothing, and leaves nothing of a file that is none', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/mine.txt'), 'mine');
    const faults = await Promise.all([
      oneshot(['model', 'import', FILE, '--out', join(folder, 'full'), '--json']),
      oneshot(['model', 'import', FILE, '--out', join(folder, 'full/mine.txt'), '--json']),
      oneshot(['model', 'import', join(folder, 'full/mine.txt'), '--out', join(folder, 'none/a'), '--json']),
      oneshot(['model', 'import', join(folder, 'missing'), '--out', join(folder, 'none/b'), '--json']),
    ]);
    expect(faults.map(({ code, error }) => [code, error?.code])).toEqual([
      [1, 'output-taken'],
      [1, 'output-taken'],
      [1, 'gguf-invalid'],
      [1, 'model-file-missing'],
    ]);
    expect(await readdir(join(folder, 'full'))).toEqual(['mine.txt']);
    expect(await readdir(join(folder, 'none'))).toEqual([]);
  });

  it('is not there in part where the disk is full', async () => {
    const command = `ulimit -f 100; exec "$0" ${join(packageRoot, 'cli/main.ts')} model import ${FILE} --out ${join(folder, 'part/out')}`;
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath], { encoding: 'utf8' });
    expect(stderr).toContain('[disk-full]');
    expect(status).toBe(1);
    expect(await readdir(join(folder, 'part'))).toEqual([]);
  });
});
