import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { corpusFolder, readCorpus } from '#scripts/verifier-score/corpus.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-corpus-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('readCorpus', () => {
  it('reads the files of a folder by name, with what a case may leave out', async () => {
    const open = { id: 'b-1', gold: ['1', '2'], prediction: '1', ours: null, expected: true };
    await writeFile(join(folder, 'b.jsonl'), `${JSON.stringify(open)}\n\n`);
    await writeFile(join(folder, 'a.jsonl'), '');
    await writeFile(join(folder, 'README.md'), 'not a case');
    const files = await readCorpus(folder);
    expect(files.map(({ name, cases }) => [name, cases.length])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(files[1]?.cases[0]).toEqual({ ...open, response: false, gold_response: false, hack: false });
  });

  it('names file and line of a case that cannot be read', async () => {
    const good = '{"id":"1","gold":"1","prediction":"1","ours":true,"expected":true}';
    await writeFile(join(folder, 'a.jsonl'), `${good}\n{"id":"2","gold":"1"\n`);
    await expect(readCorpus(folder)).rejects.toMatchObject({
      code: 'corpus-invalid',
      message: expect.stringMatching(/a\.jsonl, line 2, /),
    });
  });

  it('says what to do about a folder that is missing or empty', async () => {
    const advice = { code: 'corpus-missing', message: expect.stringContaining('ONESHOT_DATA') };
    await expect(readCorpus(join(folder, 'none'))).rejects.toMatchObject(advice);
    await expect(readCorpus(folder)).rejects.toMatchObject(advice);
  });
});

describe('corpusFolder', () => {
  it('lies in the data folder', () => {
    expect(corpusFolder({ ONESHOT_DATA: '/data' })).toBe('/data/corpora/verifier');
    expect(corpusFolder({})).toMatch(/shared\/corpora\/verifier$/);
  });
});
