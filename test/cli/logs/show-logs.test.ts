import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logLine } from '#cli/logs/log-line.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { keepInRunLog, lastLogEntry, runLogFiles } from '#shared/adapters/local/run-log.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

const AT = Date.UTC(2026, 10, 30, 4, 5, 6);
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-logs-'));
  const { store, close } = openWorkspace(home);
  await put(store, record.run('r'), { config: { recipe: 'own' }, codeVersion: '1' });
  close();
});
afterEach(() => rm(home, { recursive: true }));

const step = (number: number, atMs = AT) =>
  keepInRunLog(
    home,
    'r',
    { level: 'info', event: 'step', run: 'r', step: number, metrics: { 'reward/mean': 0.5 } },
    atMs,
  );

function oneshot(...args: string[]) {
  const main = join(packageRoot, 'cli/main.ts');
  const child = spawn(process.execPath, [main, 'logs', ...args, '--home', home]);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  return { child, said, ended: once(child, 'close') };
}

describe('oneshot logs', () => {
  it('prints what drivers have said, and each line as it is with --json', async () => {
    step(1);
    keepInRunLog(
      home,
      'r',
      { level: 'error', event: 'run-failed', code: 'disk-full', detail: 'no room' },
      AT,
    );
    const text = oneshot('r');
    await text.ended;
    expect(text.said).toEqual({
      stdout:
        '2026-11-30 04:05:06  step  step 1  reward/mean 0.500\n2026-11-30 04:05:06  ERROR  run-failed  code disk-full  no room\n',
      stderr: '',
    });
    const json = oneshot('r', '--json');
    await json.ended;
    expect(json.said.stdout).toBe(await readFile(runLogFiles(home, 'r')[1], 'utf8'));
  });

  it('follows what is said from now on', async () => {
    step(1);
    const { child, said, ended } = oneshot('r', '--follow');
    while (!said.stdout.includes('step 1')) await once(child.stdout, 'data');
    step(2);
    while (!said.stdout.includes('step 2')) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    await ended;
    expect(said.stdout.split('\n').filter((line) => line.includes('  step  '))).toHaveLength(2);
  });

  it('says where nothing is logged, and refuses a run that is not there', async () => {
    const none = oneshot('r');
    expect(await none.ended).toEqual([0, null]);
    expect(none.said).toEqual({ stdout: '', stderr: expect.stringMatching(/Nothing is logged of run r/) });
    const unknown = oneshot('nobody');
    expect(await unknown.ended).toEqual([1, null]);
    expect(unknown.said.stderr).toMatch(/no run nobody here/);
  });
});

describe('the log that a home keeps', () => {
  it('is for its user alone, and has its newest entry last', () => {
    step(1);
    step(2);
    expect(statSync(runLogFiles(home, 'r')[1]).mode & 0o077).toBe(0);
    expect(lastLogEntry(home, 'r')).toMatchObject({ event: 'step', step: 2 });
    expect(lastLogEntry(home, 'other')).toBeUndefined();
  });

  it('begins a new file where one is full, and keeps the one before', () => {
    const [before, now] = runLogFiles(home, 'r');
    step(1);
    appendFileSync(now, 'x'.repeat(8 << 20));
    expect(existsSync(before)).toBe(false);
    step(2);
    expect(statSync(before).size).toBeGreaterThan(8 << 20);
    expect(statSync(now).size).toBeLessThan(1000);
  });

  it('never ends what it logs', async () => {
    await rm(home, { recursive: true });
    appendFileSync(home, 'a file where the home was');
    expect(() => step(1)).not.toThrow();
  });
});

describe('a line of a log', () => {
  it('that is no entry is shown as it is, without what a terminal would obey', () => {
    expect(logLine('half a li\u001b[2J')).toBe('half a li\\u001b[2J\n');
  });
});
