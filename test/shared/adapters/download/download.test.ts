import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Download,
  download,
  type Patience,
  sha256Checksum,
} from '#shared/adapters/download/download.ts';
import { type FaultyServer, faultyServer, type Turn } from './faulty-server.ts';

const body = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * index) % 251));
const whole = (bytes: Buffer) => sha256Checksum(createHash('sha256').update(bytes).digest('hex'));
let root: string;
let folder: string;
let path: string;
let pauses: number[];

/** As usual, except that no time passes. */
const hasty: Patience = {
  attempts: 5,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  sleep: async (ms) => pauses.push(ms),
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'oneshot-download-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'));
  path = join(folder, 'file.bin');
  pauses = [];
});
afterAll(() => rm(root, { recursive: true, force: true }));

const fetched = ({ url }: Pick<FaultyServer, 'url'>, more: Partial<Download> = {}) =>
  download({
    url,
    path,
    checksum: whole(body),
    maxBytes: body.length,
    advice: 'Try elsewhere.',
    patience: hasty,
    ...more,
  });

async function expectWhole(): Promise<void> {
  expect(await readdir(folder)).toEqual(['file.bin']);
  expect((await readFile(path)).equals(body)).toBe(true);
}

describe('download', () => {
  it('brings a file to its path and tells how far it is', async () => {
    await using server = await faultyServer(body);
    const told: [number, number | undefined][] = [];
    await fetched(server, { onProgress: (bytes, total) => told.push([bytes, total]) });
    await expectWhole();
    expect(told[0]).toEqual([0, 5000]);
    expect(told.at(-1)).toEqual([5000, 5000]);
  });

  it('goes on by range where a connection broke', async () => {
    await using server = await faultyServer(body, [{ kind: 'cut', after: 1234 }]);
    await fetched(server);
    await expectWhole();
    expect(server.asked[1]).toMatchObject({ range: 'bytes=1234-', 'if-range': '"v1"' });
  });

  it('begins anew where the file has changed meanwhile, or ranges are not known', async () => {
    const old = Buffer.alloc(5000, 7);
    await using server = await faultyServer(old, [{ kind: 'cut', after: 1000 }], '"old"');
    const change = async () => server.serve(body, '"new"');
    await fetched(server, { patience: { ...hasty, sleep: change } });
    await expectWhole();
    expect(server.asked[1]).toMatchObject({ 'if-range': '"old"' });
    await rm(path);
    await using deaf = await faultyServer(body, [{ kind: 'cut', after: 1000 }, { kind: 'deaf' }]);
    await fetched(deaf);
    await expectWhole();
    expect(deaf.asked).toHaveLength(2);
  });

  it('begins anew where the server names no strong tag, since bytes of two versions could meet', async () => {
    for (const etag of [null, 'W/"weak"']) {
      await using server = await faultyServer(body, [{ kind: 'cut', after: 1000 }], etag);
      await fetched(server);
      expect(server.asked[1]).not.toHaveProperty('range');
      await rm(path);
    }
  });

  it('goes on in a later call with what an earlier one has left', async () => {
    const cuts: Turn[] = [{ kind: 'cut', after: 3000 }, ...new Array<Turn>(5).fill({ kind: 'reset' })];
    await using server = await faultyServer(body, cuts);
    const failed = { code: 'download-failed', message: expect.stringContaining('5 times in a row') };
    await expect(fetched(server)).rejects.toMatchObject(failed);
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await fetched(server);
    await expectWhole();
    expect(server.asked.at(-1)).toMatchObject({ range: 'bytes=3000-' });
  });

  it('asks for nothing where an earlier call lacked only the name', async () => {
    await using server = await faultyServer(body);
    const die = (bytes: number) => {
      if (bytes === body.length) throw new Error('killed');
    };
    await expect(fetched(server, { onProgress: die })).rejects.toThrow('killed');
    await fetched(server);
    await expectWhole();
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, Turn, string, string]>([
    ['a file that is not there', { kind: 'status', status: 404 }, 'download-missing', 'answers with 404'],
    ['what is forbidden', { kind: 'status', status: 403 }, 'download-refused', 'answers with 403'],
  ])('gives up at once for %s', async (_, turn, code, message) => {
    await using server = await faultyServer(body, [turn]);
    const error = { code, message: expect.stringContaining(message) };
    await expect(fetched(server)).rejects.toMatchObject(error);
    expect(server.asked).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('waits as long as the server asks for', async () => {
    const busy: Turn = { kind: 'status', status: 429, headers: { 'retry-after': '7' } };
    await using server = await faultyServer(body, [busy, busy]);
    await fetched(server);
    expect(pauses).toEqual([7000, 7000]);
    await expectWhole();
  });

  it('does not wait for an hour, and says so', async () => {
    const busy: Turn = { kind: 'status', status: 429, headers: { 'retry-after': '3600' } };
    await using server = await faultyServer(body, [busy]);
    const message = expect.stringMatching(/429 and asks to wait 3600 s/);
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-busy', message });
    expect(await readdir(folder)).toEqual([]);
  });

  it('fetches a damaged file once more and then refuses it', async () => {
    const wrong = Buffer.from(body).fill(0, 100, 101);
    await using server = await faultyServer(wrong);
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-damaged' });
    expect(server.asked).toHaveLength(2);
    expect(await readdir(folder)).toEqual([]);
  });

  it('mends what an earlier call has left damaged', async () => {
    const wrong = Buffer.from(body).fill(0, 100, 101);
    const cuts: Turn[] = [{ kind: 'cut', after: 3000 }, ...new Array<Turn>(5).fill({ kind: 'reset' })];
    await using server = await faultyServer(wrong, cuts);
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-failed' });
    server.serve(body, '"v1"'); // the tag lies
    await fetched(server);
    await expectWhole();
  });

  it('refuses a half file that claims to be whole', async () => {
    await using server = await faultyServer(body.subarray(0, 2500));
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-damaged' });
  });

  it('refuses a file without end before it fills the disk', async () => {
    await using server = await faultyServer(Buffer.concat([body, body]));
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-too-large' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends when it is told to, and leaves what it has', async () => {
    await using server = await faultyServer(body, [{ kind: 'cut', after: 2000 }]);
    const stop = new AbortController();
    const patience = { ...hasty, sleep: async () => stop.abort(new Error('enough')) };
    const told = fetched(server, { signal: stop.signal, patience });
    await expect(told).rejects.toThrow('enough');
    await fetched(server);
    expect(server.asked.at(-1)).toMatchObject({ range: 'bytes=2000-' });
  });

  it('lets two calls at once do no harm to each other', async () => {
    await using server = await faultyServer(body, [
      { kind: 'cut', after: 100 },
      { kind: 'cut', after: 200 },
    ]);
    await Promise.all([fetched(server), fetched(server)]);
    await expectWhole();
  });

  it('says where the disk cannot be written', async () => {
    await using server = await faultyServer(body);
    const nowhere = join(folder, 'none/file.bin');
    await expect(fetched(server, { path: nowhere })).rejects.toMatchObject({ code: 'store-unwritable' });
  });

  it('follows redirects and takes no secret along to another host', async () => {
    await using server = await faultyServer(body);
    await using other = await faultyServer(body, [redirect(`${server.url}?moved`)]);
    await fetched(other, { headers: { authorization: 'Bearer secret' } });
    await expectWhole();
    expect(other.asked[0]).toHaveProperty('authorization');
    expect(server.asked[0]).not.toHaveProperty('authorization');
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/file', 'http://['])(
    'refuses to be sent to %s',
    async (location) => {
      await using server = await faultyServer(body, [redirect(location)]);
      await expect(fetched(server)).rejects.toMatchObject({ code: 'download-refused' });
    },
  );

  it('refuses redirects without end', async () => {
    await using server = await faultyServer(body, new Array<Turn>(10).fill(redirect('/file')));
    await expect(fetched(server)).rejects.toMatchObject({ code: 'download-refused' });
    expect(server.asked).toHaveLength(6);
  });

  it('says that nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/file`;
    await new Promise((done) => server.close(done));
    const message = expect.stringContaining('ECONNREFUSED');
    await expect(fetched({ url })).rejects.toMatchObject({ code: 'download-failed', message });
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });

  it('arrives at the same bytes whatever happens on the way', async () => {
    const turn = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), after: fc.nat({ max: 5000 }) }),
      fc.constantFrom<Turn>({ kind: 'deaf' }, { kind: 'reset' }, { kind: 'status', status: 503 }),
    );
    const tags = fc.constantFrom('"v1"', 'W/"v1"', null);
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 6 }), tags, async (turns, etag) => {
        await using server = await faultyServer(body, turns, etag);
        for (;;) {
          const done = await fetched(server, { patience: { ...hasty, attempts: 2 } }).then(
            () => true,
            (error: { readonly code?: string }) =>
              error.code === 'download-failed' ? false : Promise.reject(error),
          );
          if (done) break;
        }
        await expectWhole();
        await rm(path);
      }),
      { numRuns: 60 },
    );
  });
});

function redirect(location: string): Turn {
  return { kind: 'status', status: 302, headers: { location } };
}
