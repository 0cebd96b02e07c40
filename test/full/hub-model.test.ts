import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { oneshot } from '../e2e/oneshot.ts';
import { etagOf, HubServer } from '../shared/adapters/hub/hub-server.ts';
import { llamaRepo, qwenRepo } from '../shared/adapters/hub/micro-repos.ts';

const MODEL = 'tiny/qwen';
const SHARD = 'model-00002-of-00002.safetensors';

let folder: string;
let hub: HubServer;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-hub-model-'));
  hub = await new HubServer().start();
  hub.repos[MODEL] = { files: await qwenRepo(), licence: 'apache-2.0' };
  env = { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, 'hf'), HF_TOKEN: '' };
});

afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true });
});

const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  oneshot([...args, '--json'], () => {}, { ...env, ...more });
const home = () => ['--home', join(folder, 'home')];
const blobs = (name: string) => readdir(join(folder, `hf/hub/models--${name.replace('/', '--')}/blobs`));

describe('a model of the hub', () => {
  it('is fetched, told with its commit, and known by it in the store', async () => {
    const pulled = await run(['model', 'pull', MODEL]);
    const commit = hub.commitOf(MODEL);
    expect(pulled.lines).toEqual([
      { model: MODEL, revision: 'main', commit, folder: expect.stringContaining(commit) },
    ]);
    const { lines } = await run(['model', 'push', MODEL, ...home()], { HF_HUB_OFFLINE: '1' });
    const digest = String(lines[0]?.['model']);
    const store = new FolderStore(join(folder, 'home/store'));
    const [origin] = await store.list(keys.prefix.origins(digest));
    expect(await read(store, record.modelOrigin.at(String(origin)))).toMatchObject({ model: MODEL, commit });
    const folderPushed = await run(['model', 'push', String(pulled.lines[0]?.['folder']), ...home()]);
    expect(folderPushed.lines).toEqual(lines);
    expect((await run(['model', 'push', digest, ...home()])).lines).toEqual(lines);
  });

  it('of either shape is scored by name, the same function with the same scores', async () => {
    hub.repos['tiny/llama'] = { files: await llamaRepo(), gatedBy: 'hf_right' };
    const scores = async (model: string, more?: NodeJS.ProcessEnv) => {
      const args = ['eval', '--model', model, '--benchmarks', 'micro-math500', '--limit', '4', ...home()];
      const { code, lines } = await run(args, more);
      expect(code).toBe(0);
      return lines[0]?.['graders'];
    };
    expect(await scores('tiny/llama', { HF_TOKEN: 'hf_right' })).toEqual(await scores(MODEL));
  });

  it('goes on after kill -9 in the middle of a file', async () => {
    hub.fault = (asked, answer, bytes) => {
      if (!asked.path.endsWith(SHARD)) return false;
      answer.writeHead(200, { 'content-length': bytes.length, etag: `"${etagOf(bytes)}"` });
      answer.write(bytes.subarray(0, 300_000)); // and then nothing more
      return true;
    };
    const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), 'model', 'pull', MODEL], {
      env,
    });
    const isHalf = async () => (await blobs(MODEL).catch(() => [])).some((name) => name.endsWith('.part'));
    while (!(await isHalf()) || !hub.sent.some((sent) => sent.endsWith(SHARD)))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await once(child, 'close');
    const offline = await run(['model', 'pull', MODEL], { HF_HUB_OFFLINE: '1' });
    expect(offline).toMatchObject({ code: 1, error: { code: 'hub-offline' } });
    hub.fault = () => false;
    hub.sent.splice(0);
    expect(await run(['model', 'pull', MODEL])).toMatchObject({ code: 0 });
    expect(hub.sent.filter((sent) => !sent.includes(SHARD) && sent.startsWith('hub'))).toEqual([]);
    expect((await blobs(MODEL)).filter((name) => name.includes('.'))).toEqual([]);
  });
});

describe('a model that cannot be had is told in one message', () => {
  it.each([
    ['tiny/none', 'hub-model-unknown', 'Check the name'],
    [`${MODEL}@v9`, 'hub-revision-unknown', 'no revision v9'],
    ['some-run', 'model-name-unknown', 'no such folder and no such run'],
    ['some-run@3', 'model-name-unknown', 'org/name'],
    ['a/b/c', 'model-name-unknown', 'RUN@STEP'],
    ['./none', 'model-missing', 'Hugging Face folder'],
  ])('%s: %s', async (model, code, said) => {
    const { code: exitCode, error } = await run([
      'eval',
      '--model',
      model,
      '--benchmarks',
      'micro-aime24',
      ...home(),
    ]);
    expect(exitCode).toBe(1);
    expect(error).toMatchObject({ code, message: expect.stringContaining(said) });
  });

  it('on a disk that is full, and nothing looks whole', async () => {
    const pull = `ulimit -f 400; exec "$0" ${join(packageRoot, 'cli/main.ts')} model pull ${MODEL}`;
    // Beside the server, which answers meanwhile.
    const child = spawn('bash', ['-c', pull, process.execPath], { env });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(stderr).toMatch(/disk is full.*run again; nothing is damaged.*\[disk-full\]\n$/s);
    const whole = (await blobs(MODEL)).filter((name) => name.length === 64);
    expect(whole).toEqual([]);
    expect((await run(['model', 'pull', MODEL])).code).toBe(0);
  });
});

it('shows no token, whatever fails', async () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), 'model', 'pull', MODEL],
    { env: { ...env, HF_ENDPOINT: 'http://127.0.0.1:9', HF_TOKEN: 'hf_secret' }, encoding: 'utf8' },
  );
  expect(stderr).toContain('[hub-unavailable]');
  expect(stdout + stderr).not.toContain('hf_secret');
});
