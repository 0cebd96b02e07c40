import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stepOf, watchedFolders } from '#cli/evaluate/watched-folders.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneshot-watched-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the step of a folder', () => {
  it.each([
    ['checkpoint-100', 100],
    ['step_0020', 20],
    ['100', 100],
    ['global_step0', 0],
    ['epoch-1-step-7', 7],
    ['best', undefined],
    ['checkpoint-100.tmp', undefined],
    ['.checkpoint-100', undefined],
    ['checkpoint-1234567', undefined],
  ])('%s is %s', (name, step) => {
    expect(stepOf(name)).toBe(step);
  });
});

describe('watched folders', () => {
  it('come by step, those without one and files left out, links to folders included', async () => {
    for (const name of ['checkpoint-100', 'checkpoint-20', 'logs']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'events-7'), '');
    symlinkSync(join(folder, 'checkpoint-20'), join(folder, 'latest-3'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken-4'));
    const found = await watchedFolders(folder);
    expect(found.map(({ name, step }) => [name, step])).toEqual([
      ['latest-3', 3],
      ['checkpoint-20', 20],
      ['checkpoint-100', 100],
    ]);
  });

  it('have another signature as soon as a file is added or grows', async () => {
    mkdirSync(join(folder, 'step-1'));
    const signature = async () => (await watchedFolders(folder))[0]?.signature;
    const seen = [await signature()];
    writeFileSync(join(folder, 'step-1', 'weights'), 'a');
    seen.push(await signature());
    writeFileSync(join(folder, 'step-1', 'weights'), 'aa');
    seen.push(await signature());
    expect(new Set(seen).size).toBe(3);
    expect(await signature()).toBe(seen[2]);
  });

  it('of a folder that is not there are an error that names it', async () => {
    const code = 'input-unreadable';
    await expect(watchedFolders(join(folder, 'none'))).rejects.toMatchObject({ code });
  });
});
