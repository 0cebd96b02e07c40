import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offeringData } from '#cli/data/offering-data.ts';
import { readDataFile } from '#cli/data/read-data-file.ts';
import { sources } from '#cli/data/sources.ts';
import { KnownError } from '#shared/errors.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-offering-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Work that finds its data once it was fetched. */
function offered(typed: string, { json = false, isTTY = true } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  input.end(typed);
  const fetched: string[] = [];
  const env = { ONESHOT_DATA: folder };
  const work = async () =>
    fetched.length > 0 ? 'done' : await readDataFile('benchmarks/math500.jsonl', env);
  const fetch = async (lacking: readonly { readonly name: string }[]) => {
    fetched.push(...lacking.map(({ name }) => name));
  };
  const result = offeringData(work, { json, env, terminal: { input, output }, fetch });
  return { result, fetched, shown: () => String(output.read() ?? '') };
}

describe('offeringData', () => {
  it('fetches what is missing where somebody says yes, and does the work again', async () => {
    const { result, fetched, shown } = offered('\n');
    expect(await result).toBe('done');
    expect(fetched).toEqual(sources.map(({ name }) => name));
    expect(shown()).toContain(`14 files of third-party data, 3.5 MB, are not in ${folder}. Fetch them now?`);
  });

  it.each([
    ['no', 'n\n', {}],
    ['nothing', '', {}],
    ['yes, and wants JSON', 'y\n', { json: true }],
    ['yes, and is no terminal', 'y\n', { isTTY: false }],
  ])('names the command where somebody says %s', async (_, typed, how) => {
    const { result, fetched } = offered(typed, how);
    const message = expect.stringContaining('"oneshot data pull math500"');
    await expect(result).rejects.toMatchObject({ code: 'data-missing', message });
    expect(fetched).toEqual([]);
  });

  it('offers nothing for data of the user', async () => {
    const own = () => Promise.reject(new KnownError('data-missing', '--data mine.jsonl cannot be read.'));
    const terminal = { input: new PassThrough(), output: new PassThrough() };
    await expect(offeringData(own, { json: false, terminal })).rejects.toThrow('mine.jsonl');
  });
});
