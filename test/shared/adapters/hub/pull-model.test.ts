import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, truncate } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { draftName } from '#shared/adapters/disk/drafts.ts';
import type { HubSettings } from '#shared/adapters/hub/hub-settings.ts';
import { type PulledModel, pullModel } from '#shared/adapters/hub/pull-model.ts';
import { etagOf, HubServer, sendRange } from './hub-server.ts';
import { qwenRepo } from './micro-repos.ts';

const MODEL = 'tiny/qwen';
const SHARD = 'model-00002-of-00002.safetensors';
const HASTY = {
  pausesMs: [1, 1],
  patience: { attempts: 3, firstPauseMs: 1, longestPauseMs: 1, sleep: async () => {} },
};
const PYTHON = join(packageRoot, '.venv/bin/python');

let folder: string;
let hub: HubServer;
let files: Record<string, Uint8Array>;
let away: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-hub-'));
  hub = await new HubServer().start();
  files = {
    ...(await qwenRepo()),
    'pytorch_model.bin': new Uint8Array(300),
    'original/model.safetensors': new Uint8Array(9),
  };
  hub.repos[MODEL] = { files, revisions: ['v1', 'refs/pr/1'], licence: 'mit' };
  away = [];
});

afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true });
});

function pull(model = MODEL, revision = 'main', settings: Partial<HubSettings> = {}): Promise<PulledModel> {
  const { endpoint } = hub;
  const given = { endpoint, token: undefined, cache: folder, isOffline: false, ...settings };
  const observer = { onBytes: () => {}, onAway: (_: unknown, commit: string) => away.push(commit) };
  return pullModel(given, { model, revision }, observer, HASTY);
}

async function expectPulled({ folder: snapshot }: PulledModel): Promise<void> {
  const names = Object.keys(files).filter((name) =>
    /^(config|generation_config|tokenizer|model)[^/]*$/.test(name),
  );
  expect((await readdir(snapshot)).sort()).toEqual(names.sort());
  for (const name of names)
    expect(Buffer.compare(await readFile(join(snapshot, name)), files[name] as Uint8Array)).toBe(0);
}

/** What lies among the blobs that is none. */
async function leftovers(): Promise<readonly string[]> {
  const etags = Object.values(files).map(etagOf);
  return (await readdir(join(folder, 'models--tiny--qwen/blobs'))).filter((name) => !etags.includes(name));
}

describe('pulling a model', () => {
  it('removes links that a killed process was making, and none of a running one', async () => {
    await pull();
    const blobs = join(folder, 'models--tiny--qwen/blobs');
    const { pid } = spawnSync(process.execPath, ['--version']);
    const ours = `${draftName()}.link`;
    const left = ours.replace(`-${process.pid}-`, `-${pid}-`);
    for (const name of [ours, left]) await symlink('nowhere', join(blobs, name));
    hub.repos[MODEL] = {
      files: { ...files, 'generation_config.json': new Uint8Array(3) },
      revisions: [],
      licence: 'mit',
    };
    await pull();
    const links = (await readdir(blobs)).filter((name) => name.endsWith('.link'));
    expect(links).toEqual([ours]);
  });

  it('brings the files of a policy, weights last, and asks for nothing twice', async () => {
    const pulled = await pull();
    expect(pulled).toMatchObject({ commit: hub.commitOf(MODEL), licence: 'mit' });
    await expectPulled(pulled);
    const fetched = hub.sent.splice(0);
    expect(fetched.filter((line) => line.startsWith('cdn')).sort()).toEqual([
      'cdn model-00001-of-00002.safetensors',
      `cdn ${SHARD}`,
    ]);
    expect(fetched.filter((line) => /bin|original|README/.test(line))).toEqual([]);
    expect(await leftovers()).toEqual([]);
    expect(await pull()).toEqual(pulled);
    expect(hub.sent.splice(0)).toEqual([]);
  });

  it('settles a branch, a tag, a pull request or a commit, and needs no hub for a commit that it has', async () => {
    const { commit } = await pull(MODEL, 'v1');
    expect((await pull(MODEL, 'refs/pr/1')).commit).toBe(commit);
    const refs = join(folder, 'models--tiny--qwen/refs');
    expect(await readFile(join(refs, 'refs/pr/1'), 'utf8')).toBe(commit);
    hub.asked.splice(0);
    expect((await pull(MODEL, commit)).folder).toContain(commit);
    expect(hub.asked).toEqual([]);
  });

  it.skipIf(!existsSync(PYTHON))('leaves a cache that Python reads as its own', async () => {
    const { folder: snapshot } = await pull();
    const script = `from huggingface_hub import snapshot_download, scan_cache_dir
print(snapshot_download("${MODEL}", local_files_only=True))
print([(r.repo_id, len(r.revisions)) for r in scan_cache_dir().repos], scan_cache_dir().warnings)`;
    const env = { ...process.env, HF_HUB_CACHE: folder, HF_HUB_OFFLINE: '1' };
    const { stdout } = spawnSync(PYTHON, ['-c', script], { env, encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual([snapshot, `[('${MODEL}', 1)] []`]);
  });
});

describe('a pull that is cut short', () => {
  it('goes on where it stopped, in a later call as well', async () => {
    const cutAt = 400_000;
    hub.fault = (asked, answer, bytes) => {
      if (!asked.path.endsWith(SHARD)) return false;
      if (asked.range !== undefined) return answer.destroy() !== undefined;
      answer.writeHead(200, { 'content-length': bytes.length, etag: `"${etagOf(bytes)}"` });
      answer.write(bytes.subarray(0, cutAt), () => answer.destroy());
      return true;
    };
    await expect(pull()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('goes on where it stopped'),
    });
    // The other shard may be cut short as well, by the end of this one.
    const sent = () => hub.sent.splice(0).filter((line) => line.startsWith(`cdn ${SHARD}`));
    const last = sent().at(-1);
    // How much of what was sent arrives before the connection ends is the system's to say.
    const [, from] = new RegExp(`^cdn ${SHARD} bytes=(\\d+)-$`).exec(last ?? '') ?? [];
    expect(Number(from)).toBeGreaterThan(0);
    expect(Number(from)).toBeLessThanOrEqual(cutAt);
    expect(await readdir(join(folder, 'models--tiny--qwen/refs'))).toEqual([]);
    hub.fault = () => false;
    await expectPulled(await pull());
    expect(sent()).toEqual([last]);
    expect(await leftovers()).toEqual([]);
  });

  it('mends a blob that is too short', async () => {
    await pull();
    await truncate(join(folder, 'models--tiny--qwen/blobs', etagOf(files[SHARD] as Uint8Array)), 1000);
    await expectPulled(await pull());
  });
});

describe('a pull that cannot be', () => {
  it.each([true, false])(
    'says so of a model and of a revision that are not there; reasons told: %s',
    async (tells) => {
      hub.tellsReasons = tells;
      const named = expect.stringContaining('Check the name');
      await expect(pull('tiny/none', 'main', { token: 'hf_x' })).rejects.toMatchObject({
        code: 'hub-model-unknown',
        message: named,
      });
      await expect(pull(MODEL, 'v9')).rejects.toMatchObject({
        code: 'hub-revision-unknown',
        message: expect.stringContaining(`${MODEL} has no revision v9`),
      });
    },
  );

  it.each([true, false])(
    'names licence and token where a model is gated; reasons told: %s',
    async (tells) => {
      hub.tellsReasons = tells;
      hub.repos[MODEL] = { files, gatedBy: 'hf_right' };
      const gated = (said: string) => ({ code: 'hub-model-gated', message: expect.stringMatching(said) });
      await expect(pull()).rejects.toMatchObject(
        gated(`Accept its licence at ${hub.endpoint}/${MODEL}, then set HF_TOKEN.*No token`),
      );
      await expect(pull(MODEL, 'main', { token: 'hf_wrong' })).rejects.toMatchObject(
        gated('does not open it'),
      );
      await expectPulled(await pull(MODEL, 'main', { token: 'hf_right' }));
    },
  );

  it('sends the token to the hub alone, and shows it nowhere', async () => {
    await pull(MODEL, 'main', { token: 'hf_secret' });
    const hosts = new Set(hub.asked.filter(({ authorization }) => authorization).map(({ host }) => host));
    expect(hosts).toEqual(new Set(['hub']));
    expect(
      hub.asked.every(({ host, authorization }) => host === 'cdn' || authorization === 'Bearer hf_secret'),
    ).toBe(true);
    await expect(pull('tiny/none', 'main', { token: 'hf_secret' })).rejects.toMatchObject({
      message: expect.not.stringContaining('hf_secret'),
    });
  });

  it('throws away what has another checksum, twice', async () => {
    let wrong = 2;
    hub.fault = (asked, answer, bytes) => {
      if (!asked.path.endsWith(SHARD) || wrong === 0) return false;
      wrong--;
      sendRange(
        asked,
        answer,
        bytes.map((byte, i) => (i === 5_000 ? byte ^ 1 : byte)),
      );
      return true;
    };
    await expect(pull()).rejects.toMatchObject({
      code: 'download-damaged',
      message: expect.stringContaining(SHARD),
    });
    expect(await leftovers()).toEqual([]);
    wrong = 1;
    await expectPulled(await pull());
  });

  it('refuses pickles before anything is fetched', async () => {
    const { 'config.json': config, 'pytorch_model.bin': pickle } = files;
    hub.repos[MODEL] = {
      files: { 'config.json': config as Uint8Array, 'pytorch_model.bin': pickle as Uint8Array },
    };
    await expect(pull()).rejects.toMatchObject({
      code: 'model-pickled',
      message: expect.stringContaining('pytorch_model.bin'),
    });
    expect(hub.sent.splice(0)).toEqual([]);
  });

  it('does without the hub what the cache can, and says what it lacks', async () => {
    await expect(pull(MODEL, 'main', { isOffline: true })).rejects.toMatchObject({ code: 'hub-offline' });
    expect(hub.asked).toEqual([]);
    const first = await pull();
    await hub.stop();
    const offline = { ...first, licence: undefined };
    expect(await pull(MODEL, 'main', { isOffline: true })).toEqual(offline);
    expect(away).toEqual([]);
    expect(await pull()).toEqual(offline);
    expect(away).toEqual([first.commit]);
    await expect(pull(MODEL, 'v1')).rejects.toMatchObject({
      code: 'hub-unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('tells a hub from something else', async () => {
    const page = createServer((_, answer) => answer.end('<html>Log in first</html>'));
    await once(page.listen(0, '127.0.0.1'), 'listening');
    const endpoint = `http://127.0.0.1:${(page.address() as AddressInfo).port}`; // it listens on a port
    await expect(pull(MODEL, 'main', { endpoint })).rejects.toMatchObject({ code: 'hub-answer-invalid' });
    page.close();
  });
});
