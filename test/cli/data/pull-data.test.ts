import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pullSources } from '#cli/data/pull-data.ts';
import { type DataSource, sources } from '#cli/data/sources.ts';
import { faultyServer, type Turn } from '../../shared/adapters/download/faulty-server.ts';

const body = Buffer.from('{ "7": [0.5, 1.0] }\n'.repeat(400));
const sha256 = createHash('sha256').update(body).digest('hex');
const madeUp: DataSource = {
  name: 'made-up',
  form: { kind: 'copy' },
  path: 'data/made-up.json',
  sizeBytes: body.length,
  sha256,
  file: 'train/made-up.json',
  made: { rows: 400, sha256 },
  licence: 'none',
};
let root: string;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'oneshot-pull-'));
});
beforeEach(async () => {
  folder = join(await mkdtemp(join(root, 'case-')), 'data');
  env = { ONESHOT_DATA: folder };
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** All that lies in the data folder, folders left out. */
async function files(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const pulled = (from: string, { force = false } = {}) =>
  pullSources([madeUp], { from, force }, env, () => {});

describe('pullSources', () => {
  it('fetches what is not there, and that once', async () => {
    await using server = await faultyServer((path) =>
      path === '/mirror/data/made-up.json' ? body : undefined,
    );
    await pulled(`${server.origin}/mirror/`);
    await pulled(`${server.origin}/mirror`);
    expect(server.asked).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['train']);
    expect((await readFile(join(folder, madeUp.file))).equals(body)).toBe(true);
  });

  it('goes on where a connection broke', async () => {
    await using server = await faultyServer(() => body, [{ kind: 'cut', after: 1000 }]);
    await pulled(server.origin);
    expect(server.asked[1]).toMatchObject({ range: 'bytes=1000-' });
    expect(await files()).toEqual(['made-up.json']);
  });

  it.each<[string, Turn | Buffer, string]>([
    ['a mirror that lacks it', { kind: 'status', status: 404 }, 'download-missing'],
    [
      'a mirror that is busy',
      { kind: 'status', status: 429, headers: { 'retry-after': '900' } },
      'download-busy',
    ],
    ['another file of the same size', Buffer.from(body).fill('x', 3, 4), 'download-damaged'],
    ['half a file', body.subarray(0, body.length / 2), 'download-damaged'],
    ['a larger file', Buffer.concat([body, body]), 'download-too-large'],
  ])('leaves nothing behind for %s', async (_, fault, code) => {
    const turns = Buffer.isBuffer(fault) ? [] : [fault];
    await using server = await faultyServer(() => (Buffer.isBuffer(fault) ? fault : body), turns);
    const message = expect.stringContaining(code === 'download-busy' ? '900 s' : '--from');
    await expect(pulled(server.origin)).rejects.toMatchObject({ code, message });
    expect(await files()).toEqual([]);
  });

  it('takes a folder for a mirror, and checks what is in it', async () => {
    const mirror = join(root, 'mirror');
    await mkdir(join(mirror, 'data'), { recursive: true });
    await expect(pulled(mirror)).rejects.toMatchObject({ code: 'download-missing' });
    await writeFile(join(mirror, madeUp.path), 'another');
    await expect(pulled(mirror)).rejects.toMatchObject({ code: 'download-damaged' });
    expect(await files()).toEqual([]);
    await writeFile(join(mirror, madeUp.path), body);
    await pulled(mirror);
    expect(await files()).toEqual(['made-up.json']);
  });

  it('replaces a file that is another only when told to, before it asks for anything', async () => {
    await mkdir(join(folder, 'train'), { recursive: true });
    await writeFile(join(folder, madeUp.file), 'mine');
    await using server = await faultyServer(() => body);
    const message = expect.stringContaining(join(folder, madeUp.file));
    await expect(pulled(server.origin)).rejects.toMatchObject({ code: 'data-differs', message });
    expect(server.asked).toHaveLength(0);
    expect(await readFile(join(folder, madeUp.file), 'utf8')).toBe('mine');
    await pulled(server.origin, { force: true });
    expect((await readFile(join(folder, madeUp.file))).equals(body)).toBe(true);
  });

  it('says where the data folder cannot be made', async () => {
    await writeFile(folder, 'a file');
    const error = { code: 'data-unwritable', message: expect.stringContaining('ONESHOT_DATA') };
    await using server = await faultyServer(() => body);
    await expect(pulled(server.origin)).rejects.toMatchObject(error);
  });

  it('lets two pulls at once end in the same files', async () => {
    await using server = await faultyServer(() => body, [{ kind: 'cut', after: 10 }]);
    await Promise.all([pulled(server.origin), pulled(server.origin)]);
    expect(await files()).toEqual(['made-up.json']);
  });
});

describe('sources', () => {
  it('have names, paths and files of their own', () => {
    for (const key of ['name', 'path', 'file', 'sha256'] as const)
      expect(new Set(sources.map((source) => source[key])).size).toBe(sources.length);
    expect(existsSync(folder)).toBe(false);
  });
});
