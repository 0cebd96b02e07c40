import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from '../e2e/oneshot.ts';

const SHORT = [
  '--steps',
  '1',
  '--prompts',
  '4',
  '--eval-limit',
  '2',
  '--wait',
  '--max-tokens',
  '32',
  '--name',
  'short',
];

let folder: string;
let home: string[];
/** The newest checkpoint, as the cache holds it. */
let checkpoint: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-export-model-'));
  home = ['--home', join(folder, 'home')];
  const { code, lines } = await oneshot(['train', 'micro-pi1', ...home, '--json', ...SHORT]);
  expect(code).toBe(0);
  checkpoint = String(lines.at(-1)?.['weights']);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const exported = (run: string, to: string, ...more: string[]) =>
  oneshot(['model', 'export', run, join(folder, to), ...home, '--json', ...more]);

describe('an exported model', () => {
  it.each([
    ['bf16', 'torch.bfloat16'],
    ['fp32', 'torch.float32'],
  ])('in %s is read by transformers and scored by us', async (dtype, torch) => {
    const { code, lines } = await exported('short', dtype, '--dtype', dtype);
    expect(code).toBe(0);
    const to = join(folder, dtype);
    expect((await readdir(to)).sort()).toEqual([
      'README.md',
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const python = [join(packageRoot, 'test/full/read_export.py'), to, checkpoint];
    const { stdout, stderr } = spawnSync(join(packageRoot, '.venv/bin/python'), python, { encoding: 'utf8' });
    expect(JSON.parse(stdout || stderr)).toMatchObject({
      dtype: torch,
      tensors: 38,
      differing: [],
      prompt: expect.stringContaining('7 x'),
    });
    const card = await readFile(join(to, 'README.md'), 'utf8');
    expect(card).toContain('# short, step 1');
    expect(card).toMatch(/\| micro-math500 \| 2 \| 1 \| \d+\.\d \(.*\) \| \d+\.\d \(.*\) \|/);
    const pushed = await oneshot(['model', 'push', to, ...home, '--json']);
    expect(pushed.lines[0]?.['model']).toBe(lines[0]?.['model']);
    expect(card).toContain(String(lines[0]?.['model']));
    const args = ['eval', '--model', to, '--benchmarks', 'micro-math500', '--limit', '2', '--json', ...home];
    expect((await oneshot(args)).code).toBe(0);
  });

  it('replaces nothing, and names steps and runs that are not there', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/mine.txt'), 'mine');
    const faults = [
      await exported('short', 'full'),
      await exported('short', 'full/mine.txt'),
      await exported('short@7', 'new'),
      await exported('none', 'new'),
      await exported('org/name', 'new'),
    ];
    expect(faults.map(({ code, error }) => [code, error?.code])).toEqual([
      [1, 'output-taken'],
      [1, 'output-taken'],
      [1, 'checkpoint-unknown'],
      [1, 'run-unknown'],
      [1, 'model-name-unknown'],
    ]);
    expect(await readdir(join(folder, 'full'))).toEqual(['mine.txt']);
    await mkdir(join(folder, 'empty'));
    expect((await exported('short@0', 'empty')).code).toBe(0);
  });

  it('is not there in part where the disk is full', () => {
    const command = `ulimit -f 300; exec "$0" ${join(packageRoot, 'cli/main.ts')} model export short ${join(folder, 'part/out')} ${home.join(' ')}`;
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath], { encoding: 'utf8' });
    expect(stderr).toContain('[disk-full]');
    expect(status).toBe(1);
    expect(spawnSync('ls', ['-A', join(folder, 'part')], { encoding: 'utf8' }).stdout).toBe('');
  });
});
