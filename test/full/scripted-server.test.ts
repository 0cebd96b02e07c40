/** Commands that start vLLM, with a scripted server in its place: what goes wrong before and around the real one. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCurves } from '#cli/export/run-curves.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { type Finished, oneshot } from '../e2e/oneshot.ts';
import { scriptedInstallation } from '../functions/generate/model-server/scripted-installation.ts';
import { commandOf, processesWith } from '../processes-with.ts';

const MARK = 'TEST_MARK';
const BASE = 'trainer/microcosm/bases/habit-70-35';
const SMALL = ['--steps', '4', '--prompts', '2', '--samples', '2', '--max-tokens', '16', '--eval-limit', '8'];
/** A folder of 100 kB needs a mount of its own, which needs a namespace where this user is root. */
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-scripted-'));
  program = await scriptedInstallation(join(folder, 'installation'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('where there is no vLLM', () => {
  const absent = () => ({ ONESHOT_CACHE: join(folder, 'empty') });
  it.each([
    ['train', 'micro-pi1', '--sampler', 'vllm'],
    ['train', 'micro-pi1', '--generator', 'vllm'],
    [
      'eval',
      '--model',
      'trainer/microcosm/bases/habit-70-35',
      '--benchmarks',
      'micro-math500',
      '--generator',
      'vllm',
    ],
  ])('%s %s … %s %s says how to get it, and stores nothing of the run', async (...words) => {
    const home = join(folder, randomUUID());
    const { code, error } = await run(home, words, absent());
    expect(code).toBe(1);
    expect(error).toMatchObject({
      code: 'vllm-missing',
      message: expect.stringContaining('Run "oneshot vllm install"'),
    });
    const store = new FolderStore(join(home, 'store'));
    expect([...(await store.list(keys.prefix.runs)), ...(await store.list(keys.prefix.evaluations))]).toEqual(
      [],
    );
  });
});

it('another version is named, and nothing is stored of the run', async () => {
  const home = join(folder, 'other-version');
  const other = await scriptedInstallation(join(folder, 'other'), '0.31.2');
  const { code, error } = await run(home, ['train', 'micro-pi1', '--sampler', 'vllm'], {
    ONESHOT_VLLM: other,
  });
  expect([code, error?.code]).toEqual([1, 'vllm-version']);
  expect(error?.message).toMatch(/is vLLM 0\.31\.2, and oneshot speaks to 0\.32\.0 alone/);
  expect(await new FolderStore(join(home, 'store')).list(keys.prefix.runs)).toEqual([]);
});

it('a server that is never ready is given up and ended, and the run goes on once it starts', async () => {
  const home = join(folder, 'slow');
  const slow = await scriptedInstallation(join(folder, 'slow-server'));
  await writeFile(join(folder, 'slow-server/start-ms'), '600000');
  const words = ['train', 'micro-pi1', '--name', 'late', ...SMALL, '--generator', 'vllm', '--wait'];
  const given = { ONESHOT_VLLM: slow, MODEL_SERVER_START_SECONDS: '2', [MARK]: randomUUID() };
  const { code, error } = await run(home, words, given);
  expect([code, error?.code]).toEqual([1, 'model-server-slow']);
  expect(error?.message).toMatch(/not ready after 2 s.*MODEL_SERVER_START_SECONDS/);
  expect(processesWith(MARK, given[MARK])).toEqual([]);
  await rm(join(folder, 'slow-server/start-ms'));
  expect((await run(home, words, { ...given, MODEL_SERVER_START_SECONDS: '60' })).code).toBe(0);
});

it.skipIf(!canMount)(
  'a folder in memory that is too small ends the run with what to do, and it goes on with another',
  async () => {
    const home = join(folder, 'small');
    const small = join(folder, 'small-memory');
    execFileSync('mkdir', [small]);
    const words = [
      'train',
      'micro-pi1',
      '--name',
      'small',
      ...SMALL,
      '--sampler',
      'vllm',
      '--evaluate',
      'none',
    ];
    const inside = `mount -t tmpfs -o size=100k tmpfs '${small}' && exec "$0" "$@"`;
    const command = ['-rm', 'sh', '-c', inside, process.execPath, join(packageRoot, 'cli/main.ts')];
    const env = { ...process.env, ONESHOT_VLLM: program, ONESHOT_PUBLISH: small };
    const { status, stdout } = spawnSync('unshare', [...command, ...words, '--home', home, '--json'], {
      env,
    });
    const { error } = JSON.parse(stdout.toString().trim().split('\n').at(-1) ?? '');
    expect(status).toBe(1);
    expect(error).toMatchObject({
      code: 'publication-unwritable',
      message: expect.stringMatching(
        /cannot be handed to the sampler.*ONESHOT_PUBLISH.*run the same command again/s,
      ),
    });
    expect(await readdir(small)).toEqual([]);
  },
);

it('engine and server take turns on the same cores: steps wait for scores, say so, and are not slowed unseen', async () => {
  const words = [
    'train',
    'micro-pi1',
    '--name',
    'turns',
    ...SMALL,
    '--generator',
    'vllm',
    '--checkpoint-every',
    '1',
  ];
  const home = join(folder, 'turns');
  const { code, lines } = await run(home, [...words, '--wait'], { ONESHOT_VLLM: program });
  expect(code).toBe(0);
  expect(lines).toContainEqual(
    expect.objectContaining({ event: 'machine-shared', detail: expect.stringContaining('in turns') }),
  );
  const waits = lines
    .filter(({ event }) => event === 'step')
    .map(({ lent }) => (lent as Lent | undefined)?.waitSeconds ?? 0);
  expect(Math.max(...waits)).toBeGreaterThan(0);
  expect(lines).toContainEqual(expect.objectContaining({ event: 'lent', steps: expect.any(Number) }));
  const { rows } = await runCurves(new FolderStore(join(home, 'store')), 'turns');
  expect(Math.max(...rows.map(({ values }) => values['turn/seconds'] ?? 0))).toBe(Math.max(...waits));
});

it('a watched folder is scored by a server that starts with its first checkpoint, and ends with the command', async () => {
  const out = join(folder, 'out');
  await cp(join(packageRoot, BASE), join(out, 'checkpoint-10'), { recursive: true });
  const words = ['eval', '--watch', out, '--once', '--benchmarks', 'micro-minerva', '--limit', '4'];
  const mark = randomUUID();
  const env = { ONESHOT_VLLM: program, [MARK]: mark };
  const home = join(folder, 'watched');
  const { code, lines } = await run(home, [...words, '--generator', 'vllm'], env);
  expect(code).toBe(0);
  const scores = lines.filter(({ event }) => event === 'scores');
  expect(scores).toMatchObject([{ step: 10, summary: { policy: 'verified' } }]);
  await expect.poll(() => processesWith(MARK, mark), { timeout: 10_000 }).toEqual([]);
  const many = await run(home, [...words, '--generator', 'vllm', '--workers', '2'], env);
  expect(many.error?.code).toBe('usage');
});

it('an evaluation that is asked for over HTTP may name the server, which starts with it and ends with serve', async () => {
  const home = join(folder, 'served');
  const [pushed] = (await run(home, ['model', 'push', BASE], {})).lines;
  expect((await run(home, ['data', 'push', 'micro-minerva'], {})).code).toBe(0);
  const mark = randomUUID();
  const serving = spawn(process.execPath, ['cli/main.ts', 'serve', '--port', '0', '--home', home, '--json'], {
    env: { ...process.env, ONESHOT_VLLM: program, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: serving.stdout }), 'line')) as [string];
    const { url, token } = JSON.parse(line);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      ...{ model: pushed?.['model'], benchmarks: ['micro-minerva'], limit: 4 },
      generator: { endpoint: 'vllm' },
    });
    const asked = await fetch(`${url}/v1/evaluations`, { method: 'POST', headers, body });
    expect(asked.status).toBe(201);
    const place = `${url}${asked.headers.get('location')}`;
    const read = async () =>
      (await fetch(place, { headers })).json() as Promise<{ status: string; summary: unknown }>;
    await expect.poll(async () => (await read()).status, { timeout: 60_000 }).toBe('done');
    expect((await read()).summary).toMatchObject({ policy: 'verified' });
    expect(processesWith(MARK, mark).some((pid) => commandOf(pid).includes('--worker-extension-cls'))).toBe(
      true,
    );
  } finally {
    serving.kill('SIGTERM');
    await once(serving, 'exit');
  }
  await expect.poll(() => processesWith(MARK, mark), { timeout: 10_000 }).toEqual([]);
});

interface Lent {
  readonly waitSeconds: number;
}

function run(home: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return oneshot([...words, '--home', home, '--json'], undefined, { ...process.env, ...env });
}
