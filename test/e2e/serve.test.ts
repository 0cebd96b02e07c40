import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { hc } from 'hono/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import type { Api } from '#functions/api/app.ts';
import { keys } from '#shared/storage/keys.ts';
import { oneshot } from './oneshot.ts';

const MODEL = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
const BENCHMARKS = ['micro-aime24', 'micro-minerva'];
const LIMIT = 6;

let folder: string;
let home: string;
let server: Server | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-serve-'));
  home = join(folder, 'home');
});

afterAll(async () => {
  server?.child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('oneshot serve', () => {
  it('evaluates over HTTP what `oneshot eval` evaluates, to the same bytes', async () => {
    const [pushed] = (await oneshot(['model', 'push', MODEL, '--home', home, '--json'])).lines;
    const model = String(pushed?.['model']);
    expect((await oneshot(['data', 'push', ...BENCHMARKS, '--home', home])).code).toBe(0);
    server = await start(['--port', '0', '--home', home]);
    const client = clientOf(server, server.token);
    const asked = await client.v1.evaluations.$post({
      json: { model, benchmarks: BENCHMARKS, limit: LIMIT },
    });
    if (asked.status !== 201) throw new Error(`${asked.status} ${await asked.text()}`);
    const { evaluation } = await asked.json();
    const events = await (await get(server, `/v1/evaluations/${evaluation}/events`)).text();
    expect(events.match(/"status":"\w+"/g)?.at(-1)).toBe('"status":"done"');
    const read = await client.v1.evaluations[':evaluation'].$get({ param: { evaluation }, header: {} });
    if (read.status !== 200) throw new Error(String(read.status));
    const { summary } = await read.json();
    const other = join(folder, 'other');
    const printed = await oneshot(evalArgs(other));
    expect(printed.lines).toEqual([summary]);
    const key = keys.summary({ evaluation, round: 0 });
    expect(await readFile(join(home, 'store', key))).toEqual(await readFile(join(other, 'store', key)));
  });

  it('scores for `oneshot eval --server` what it scores by itself', async () => {
    const [pushed] = (await oneshot(['model', 'push', MODEL, '--home', home, '--json'])).lines;
    const model = String(pushed?.['model']);
    const { url, token } = running();
    const args = ['eval', '--model', model, '--benchmarks', BENCHMARKS.join(','), '--limit', `${LIMIT}`];
    const env = { ...process.env, ONESHOT_TOKEN: token };
    const asked = await oneshot([...args, '--server', url, '--json'], undefined, env);
    const own = await oneshot([...args, '--home', home, '--json']);
    expect([asked.code, asked.lines]).toEqual([0, own.lines]);
    const files = [...args.slice(0, 3), '--benchmark', 'mine.jsonl', '--server', url, '--json'];
    expect((await oneshot(files, undefined, env)).error).toMatchObject({ code: 'usage' });
  });

  it('listens on this machine alone, and lets nobody in without the token', async () => {
    const { url } = running();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect((await fetch(`${url}/v1/runs`)).status).toBe(401);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('answers 413 to a body of 10 MB', async () => {
    const response = await fetch(`${running().url}/v1/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${running().token}`, 'content-type': 'application/json' },
      body: `["${'x'.repeat(10_000_000)}"]`,
    });
    expect(response.status).toBe(413);
  });

  it('knows tokens that `oneshot token create` made, until they are revoked', async () => {
    const created = await oneshot(['token', 'create', '--name', 'reader', '--home', home, '--json']);
    const token = String(created.lines[0]?.['token']);
    expect((await get(running(), '/v1/runs', token)).status).toBe(200);
    const post = await clientOf(running(), token).v1.evaluations.$post({
      json: { model: 'm'.repeat(26), benchmarks: BENCHMARKS },
    });
    expect(post.status).toBe(403);
    const [listed] = (await oneshot(['token', 'list', '--home', home, '--json'])).lines;
    expect(listed).toMatchObject({ name: 'reader', scope: 'read', revoked: false });
    await oneshot(['token', 'revoke', String(listed?.['id']), '--home', home]);
    expect((await get(running(), '/v1/runs', token)).status).toBe(401);
  });

  it('is no part of a site whose name resolves to this machine', async () => {
    const { port } = new URL(running().url);
    for (const [host, status] of [
      [`127.0.0.1:${port}`, 200],
      [`localhost:${port}`, 200],
      [`evil.example:${port}`, 421],
    ] as const)
      expect(await statusAs(host, port)).toBe(status);
  });

  it('starts a worker process again that died, and says so meanwhile', async () => {
    process.kill(running().runnerPid, 'SIGKILL');
    while ((await health(running())).status === 'ok') await sleep(20);
    expect((await health(running())).reason).toContain('runner-died');
    const [started] = (await once(running().lines, 'line')) as [string];
    while ((await health(running())).status === 'degraded') await sleep(20);
    const { event, runnerPid } = JSON.parse(started);
    expect(event).toBe('runner-started');
    server = { ...running(), runnerPid };
  });

  it('says so when the port is taken', async () => {
    const { code, stderr } = await oneshot(['serve', '--port', new URL(running().url).port, '--home', home]);
    expect(code).toBe(1);
    expect(stderr).toContain('port-taken');
  });

  it('leaves no process behind when it is interrupted', async () => {
    const { child, runnerPid } = running();
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(running().lastLine()).toMatchObject({ error: { code: 'interrupted', message: 'interrupted.' } });
    await ended(runnerPid);
  });

  it('takes the token of a file, and prints none', async () => {
    const file = join(folder, 'token');
    const token = 'a-token-of-more-than-sixteen-characters';
    await writeFile(file, `${token}\n`);
    server = await start(['--port', '0', '--home', home, '--token-file', file]);
    expect(server.token).toBe('undefined');
    expect((await get(server, '/v1/runs', token)).status).toBe(200);
    server.child.kill('SIGTERM');
    const [code] = await once(server.child, 'close');
    expect(code).toBe(143);
    expect(server.lastLine()).toMatchObject({ error: { code: 'terminated', message: 'terminated.' } });
    await ended(server.runnerPid);
  });

  it.each([
    ['token-file-unreadable', 'nowhere'],
    ['token-file-invalid', 'short'],
  ])('refuses a token file with %s', async (code, name) => {
    await writeFile(join(folder, 'short'), 'short');
    const { stderr } = await oneshot(['serve', '--home', home, '--token-file', join(folder, name)]);
    expect(stderr).toContain(code);
  });
});

it.each([
  ['a port that there cannot be', ['serve', '--port', '99999'], 'at most 65535'],
  ['a token without a name', ['token', 'create', '--name', ''], 'It must have'],
  ['a name that a terminal would obey', ['token', 'create', '--name', '\u001b[31mred'], 'It must have'],
])('%s is wrong usage', async (_, args, said) => {
  const { code, stderr } = await oneshot(args);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

interface Server {
  readonly child: ChildProcess;
  /** What it prints after the line that says where it listens. */
  readonly lines: Interface;
  /** The last line that it printed. */
  lastLine(): unknown;
  readonly url: string;
  readonly token: string;
  readonly runnerPid: number;
}

/** Starts `oneshot serve` and waits until it listens. */
async function start(args: readonly string[]): Promise<Server> {
  const command = [join(packageRoot, 'cli/main.ts'), 'serve', '--json', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.resume();
  let last = '';
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
  });
  const [text] = (await once(lines, 'line')) as [string];
  const { url, token, runnerPid } = JSON.parse(text);
  return { child, lines, lastLine: () => JSON.parse(last), url, token: String(token), runnerPid };
}

function running(): Server {
  if (server) return server;
  throw new Error('the server did not start');
}

function clientOf({ url }: Server, token: string) {
  return hc<Api>(url, { headers: { authorization: `Bearer ${token}` } });
}

function get(to: Server, path: string, token: string = to.token): Promise<Response> {
  return fetch(`${to.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

async function health({ url }: Server): Promise<{ readonly status: string; readonly reason?: string }> {
  return (await fetch(`${url}/healthz`)).json() as ReturnType<typeof health>;
}

/** The status of /healthz for a client that takes the server for this host. */
async function statusAs(host: string, port: string): Promise<number | undefined> {
  const asked = request({ host: '127.0.0.1', port, path: '/healthz', headers: { host } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

function evalArgs(other: string): readonly string[] {
  const what = ['--model', MODEL, '--benchmarks', BENCHMARKS.join(','), '--limit', String(LIMIT)];
  return ['eval', ...what, '--home', other, '--json'];
}

/** Resolves once no process has this id. */
async function ended(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(50);
  }
  throw new Error(`process ${pid} still runs`);
}
