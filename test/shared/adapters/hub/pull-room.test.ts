import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pullModel } from '#shared/adapters/hub/pull-model.ts';
import { HubServer } from './hub-server.ts';
import { qwenRepo } from './micro-repos.ts';

const disk = vi.hoisted(() => ({ freeBytes: 0 }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const statfs = async (path: string) => ({ ...(await real.statfs(path)), bsize: 1, bavail: disk.freeBytes });
  return { ...real, statfs };
});

describe('pulling a model onto a disk that is too small', () => {
  let folder: string;
  let hub: HubServer;
  let sizeBytes: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-room-'));
    hub = await new HubServer().start();
    const files = await qwenRepo();
    sizeBytes = Object.values(files).reduce((total, bytes) => total + bytes.length, 0);
    hub.repos['tiny/qwen'] = { files, revisions: [], licence: 'mit' };
  });
  afterEach(async () => {
    await hub.stop();
    await rm(folder, { recursive: true });
  });

  const pull = () => {
    const settings = {
      endpoint: hub.endpoint,
      token: undefined,
      cache: join(folder, 'hub'),
      isOffline: false,
    };
    const observer = { onBytes: () => {}, onAway: () => {} };
    return pullModel(settings, { model: 'tiny/qwen', revision: 'main' }, observer, { pausesMs: [1] });
  };

  it('is refused before a byte is fetched, with what is needed and free', async () => {
    disk.freeBytes = sizeBytes / 2;
    await expect(pull()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/MB free, and the model tiny\/qwen takes \d+\.\d MB more.*HF_HUB_CACHE/),
    });
    expect(hub.sent).toEqual([]);
    expect(existsSync(join(folder, 'hub'))).toBe(false);
  });

  it('needs no room for what the cache has', async () => {
    disk.freeBytes = 10 * sizeBytes;
    const pulled = await pull();
    disk.freeBytes = 0;
    expect(await pull()).toEqual(pulled);
  });
});
