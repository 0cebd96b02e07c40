import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { RANGE_BYTES } from '#shared/adapters/disk/save-ranges.ts';
import { type RangeServer, type RangeServerOptions, rangeServer } from './range-server.ts';
import { HASTY, refusal, scriptedS3, scriptedServer } from './scripted-server.ts';

/** No multiple of a range. */
const body = Buffer.alloc(5 * RANGE_BYTES + 12_345);
for (let i = 0; i < body.length; i += 4)
  body.writeUInt32LE((i * 2654435761) % 2 ** 32, Math.min(i, body.length - 4));

let folder: string;
let server: RangeServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-ranges-'));
});
afterEach(async () => {
  server?.close();
  await rm(folder, { recursive: true });
});

async function storeOf(options: Omit<RangeServerOptions, 'body'> = {}) {
  server = await rangeServer({ body, ...options });
  return new S3Store({ client: scriptedS3(server), bucket: 'results', retries: HASTY });
}

const path = () => join(folder, 'copy');
const isCopied = async () => body.equals(await readFile(path()));

describe('a large object', () => {
  it('comes in ranges side by side', async () => {
    await (await storeOf({ together: 6 })).getFile('a', path());
    expect(await isCopied()).toBe(true);
    expect(server?.ranges).toHaveLength(6);
    expect(await readdir(folder)).toEqual(['copy']);
  });

  it('asks again for the rest of a range that broke off, and for nothing else', async () => {
    await (await storeOf({ breaks: (request) => request === 2 || request === 3 })).getFile('a', path());
    expect(await isCopied()).toBe(true);
    expect(server?.ranges).toHaveLength(8);
  });

  it('leaves no file where a range breaks off again and again', async () => {
    const store = await storeOf({ breaks: (request) => request > 4 });
    await expect(store.getFile('a', path())).rejects.toMatchObject({ code: 'endpoint-unreachable' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves no file, and says so, where there is no object', async () => {
    const empty = await scriptedServer([{ status: 404 }]);
    const store = new S3Store({ client: scriptedS3(empty), bucket: 'results', retries: HASTY });
    await expect(store.getFile('a', path())).rejects.toMatchObject({ code: 'object-missing' });
    expect(await readdir(folder)).toEqual([]);
    empty.close();
  });

  it('leaves no file where the store stops letting it in', async () => {
    const refusing = await scriptedServer([
      { status: 200, headers: { 'content-length': '20000000' } },
      refusal(403, 'AccessDenied'),
    ]);
    const store = new S3Store({ client: scriptedS3(refusing), bucket: 'results', retries: HASTY });
    await expect(store.getFile('a', path())).rejects.toMatchObject({ code: 'access-denied' });
    expect(await readdir(folder)).toEqual([]);
    refusing.close();
  });

  it('is refused before anything is asked for where the disk has no room', async () => {
    const vast = await scriptedServer([{ status: 200, headers: { 'content-length': `${2 ** 52}` } }]);
    const store = new S3Store({ client: scriptedS3(vast), bucket: 'results', retries: HASTY });
    await expect(store.getFile('a', path())).rejects.toMatchObject({ code: 'disk-full' });
    expect(vast.asked).toHaveLength(1);
    vast.close();
  });
});
