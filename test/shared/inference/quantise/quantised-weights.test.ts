import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { draftName } from '#shared/adapters/disk/drafts.ts';
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';
import { quantisedFile } from '#shared/inference/quantise/rounding.ts';
import { microcosm, type Shape, writeRandomModel } from '../random-model.ts';

/** Takes long enough to be killed in the middle. */
const large: Shape = { ...microcosm, layers: 8, vocabulary: 1000 };
const WORKER = new URL('./round-worker.ts', import.meta.url).pathname;

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

async function folderOf(shape: Shape): Promise<string> {
  const folder = await writeRandomModel(shape);
  folders.push(folder);
  return folder;
}

const PLAIN = ['config.json', 'model.safetensors'];
const file = quantisedFile('int8');
const namesIn = async (folder: string) => (await readdir(folder)).sort();
const rounded = async (folder: string) => readFile(await ensureQuantised(folder, 'int8'));

describe('ensureQuantised', () => {
  it('has several callers share one file, and leaves nothing else', async () => {
    const folder = await folderOf(microcosm);
    const [first, ...others] = await Promise.all(Array.from({ length: 4 }, () => rounded(folder)));
    for (const other of others) expect(other.equals(first as Buffer)).toBe(true);
    expect(await namesIn(folder)).toEqual([...PLAIN, file]);
  });

  it('makes a file that was cut anew', async () => {
    const folder = await folderOf(microcosm);
    const whole = await rounded(folder);
    await truncate(join(folder, file), 5000);
    expect((await rounded(folder)).equals(whole)).toBe(true);
  });

  it('says what is missing where a cut file cannot be made anew', async () => {
    const folder = await folderOf(microcosm);
    await truncate(await ensureQuantised(folder, 'int8'), 5000);
    await rm(join(folder, 'model.safetensors'));
    await expect(ensureQuantised(folder, 'int8')).rejects.toMatchObject({ code: 'model-file-missing' });
  });

  it('goes on after a process that was killed in the middle, and removes what that one left', async () => {
    const folder = await folderOf(large);
    const child = spawn(process.execPath, [WORKER, folder], { stdio: 'inherit' });
    while (!(await readdir(folder)).some((name) => name.endsWith('.part'))) await sleep(5);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await namesIn(folder)).not.toEqual(PLAIN);
    expect(await namesIn(folder)).not.toContain(file);
    await ensureQuantised(folder, 'int8');
    expect(await namesIn(folder)).toEqual([...PLAIN, file]);
  });

  it('waits for another thread that is at it, and no longer than that one writes', async () => {
    const folder = await folderOf(microcosm);
    const part = join(folder, `${draftName()}.${file}.part`);
    await writeFile(part, 'the beginning');
    let isDone = false;
    const made = ensureQuantised(folder, 'int8').then(() => {
      isDone = true;
    });
    await sleep(100);
    expect(isDone).toBe(false);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(part, longAgo, longAgo);
    await made;
    expect(await namesIn(folder)).toContain(file);
  });

  it('leaves no part of a file that could not be written', async () => {
    const folder = await folderOf(microcosm);
    await mkdir(join(folder, file)); // nothing can take this name
    await expect(ensureQuantised(folder, 'int8')).rejects.toThrow();
    expect(await namesIn(folder)).toEqual([...PLAIN, file]);
  });
});
