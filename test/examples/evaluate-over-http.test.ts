import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oneshot } from '../e2e/oneshot.ts';
import { runExample } from './run-example.ts';

let home: string;
let server: ChildProcess | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-example-'));
});
afterAll(async () => {
  server?.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

it('evaluate-over-http.ts asks a server for an evaluation and prints its scores', async () => {
  const push = ['model', 'push', 'trainer/microcosm/bases/habit-62-46', '--home', home, '--json'];
  const model = String((await oneshot(push)).lines[0]?.['model']);
  await oneshot(['data', 'push', 'micro-aime24', '--home', home]);
  const serve = ['cli/main.ts', 'serve', '--json', '--port', '0', '--home', home];
  const child = spawn(process.execPath, serve, { stdio: ['ignore', 'pipe', 'ignore'] });
  server = child;
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const asked = await runExample('evaluate-over-http.ts', [model, 'micro-aime24'], {
    ONESHOT_URL: url,
    ONESHOT_TOKEN: token,
  });
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toMatch(/^evaluation \w{26}\n/);
  expect(asked.stdout).toMatch(/\nmicro-aime24 {2}[01]\.?\d*, 95 % interval \S+ to \S+\n$/);
});
