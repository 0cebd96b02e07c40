import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import type { ResultSource } from '#cli/results/result-source.ts';
import { servedResults } from '#cli/results/served-results.ts';
import { serverClient } from '#cli/results/server-client.ts';
import { storedResults } from '#cli/results/stored-results.ts';
import { type Listening, listen } from '#cli/serve/listen.ts';
import { localApi } from '#cli/serve/local-api.ts';
import { judgesHere } from '#functions/api/verify/judges.ts';
import { newToken } from '#functions/tokens/new-token.ts';
import { keepInRunLog } from '#shared/adapters/local/run-log.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';

const { token, sha256 } = newToken();
let home: string;
let workspace: Workspace;
let server: Listening;

/** A home that an earlier version wrote, with a server of its API. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-served-'));
  await cp(join(packageRoot, 'test/golden/workspace/store'), join(home, 'store'), { recursive: true });
  workspace = openWorkspace(home);
  const log = () => {};
  const ports = {
    judges: judgesHere(60_000),
    endpoints: {},
    precision: 'fp32' as const,
    concurrency: {},
    trouble: () => undefined,
    log,
  };
  server = await listen(localApi(workspace, sha256, ports).app, 0);
});
afterAll(async () => {
  await server.close();
  workspace.close();
  await rm(home, { recursive: true });
});

const clientOf = (ONESHOT_TOKEN: string) => serverClient(server.url, { ONESHOT_TOKEN });
const policy = { grader: undefined, margin: 0.05 };

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe('a server', () => {
  let there: ResultSource;
  let here: ResultSource;
  beforeAll(() => {
    there = servedResults(clientOf(token));
    here = storedResults({ ...workspace, home, remote: false });
  });

  it.each([1, 20])(
    'has the runs, evaluations and models of its home, the newest %s, but tells no sizes',
    async (most) => {
      const untold = { sizeBytes: null };
      const runs = (await here.runs(most)).map((line) => ({ ...line, ...untold, seenAt: null }));
      expect(await there.runs(most)).toEqual(runs);
      const evaluations = (await here.evaluations(most)).map((line) => ({ ...line, ...untold }));
      expect(await there.evaluations(most)).toEqual(evaluations);
      expect(evaluations).toHaveLength(Math.min(2, most));
      expect(await there.models(most)).toEqual(await here.models(most));
    },
  );

  it.each(['run', 'run@0', '45seccje7osooibbcqzutgtlpj'])(
    'means the same evaluation by %s',
    async (subject) => {
      const evaluation = await here.findEvaluation(subject);
      expect(await there.findEvaluation(subject)).toBe(evaluation);
      expect(await there.isOver(evaluation)).toBe(await here.isOver(evaluation));
    },
  );

  it.each(['nobody', 'nobody@3', 'run@1'])('does not know %s either', async (subject) => {
    const expected = subject === 'run@1' ? 'checkpoint-unknown' : 'run-unknown';
    await expect(there.findEvaluation(subject)).rejects.toMatchObject({ code: expected });
  });

  it('has the same samples and comparisons', async () => {
    const [base, trained] = [await here.findEvaluation('run@0'), await here.findEvaluation('run@2')];
    for (const filter of [{}, { verdict: 'no-answer' as const }]) {
      const samples = await all(here.samples(trained, filter));
      expect(await all(there.samples(trained, filter))).toEqual(samples);
      expect(samples.length).toBeGreaterThan(0);
    }
    expect(await there.compare(base, [trained], policy)).toEqual(await here.compare(base, [trained], policy));
    const several = [trained, base, trained];
    expect(await there.compare(base, several, policy)).toEqual(await here.compare(base, several, policy));
  });

  it('wants a token that it knows', async () => {
    await expect(servedResults(clientOf('wrong')).runs(1)).rejects.toMatchObject({ code: 'token-unknown' });
    expect(() => serverClient(server.url, {})).toThrow(/ONESHOT_TOKEN/);
  });

  it('tells what drivers of its machine have said, page by page', async () => {
    const nothing = await oneshot(['logs', 'run'], { ONESHOT_SERVER: server.url, ONESHOT_TOKEN: token });
    expect(nothing).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('Nothing is logged'),
    });
    for (let step = 1; step <= 120; step++)
      keepInRunLog(home, 'run', { level: 'info', event: 'step', run: 'run', step }, step);
    for (const form of [[], ['--json']]) {
      const stored = await oneshot(['logs', 'run', ...form, '--home', home], {});
      const there = ['logs', 'run', ...form, '--server', server.url];
      expect(await oneshot(there, { ONESHOT_TOKEN: token })).toEqual(stored);
      expect(stored.stdout.trim().split('\n')).toHaveLength(120);
    }
    const unknown = ['logs', 'nobody', '--server', server.url];
    expect(await oneshot(unknown, { ONESHOT_TOKEN: token })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no run nobody'),
    });
  });

  it('tells what they say from now on, each line once, until it is ended', async () => {
    const args = ['logs', 'run', '--follow', '--json', '--server', server.url];
    const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), ...args], {
      env: { ...process.env, ONESHOT_TOKEN: token },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    const said: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(JSON.parse(line).step);
      if (said.length === 120)
        for (const step of [121, 122])
          keepInRunLog(home, 'run', { level: 'info', event: 'step', run: 'run', step }, step);
      if (said.length === 122) break;
    }
    child.kill('SIGTERM');
    await ended;
    expect(said).toEqual(Array.from({ length: 122 }, (_, index) => index + 1));
  });

  it('is read by commands as their home is', async () => {
    const compare = ['compare', 'run@0', 'run', '--margin', '0.1'];
    const stored = oneshot([...compare, '--home', home], {});
    const served = oneshot(compare, { ONESHOT_SERVER: server.url, ONESHOT_TOKEN: token });
    expect(await served).toEqual(await stored);
    expect(await stored).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('micro-aime25'),
    });
  });
});

async function oneshot(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}
