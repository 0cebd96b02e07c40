import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-report-'));
  await cp(join(packageRoot, 'test/golden/workspace/store'), join(home, 'store'), { recursive: true });
});
afterAll(() => rm(home, { recursive: true }));

function report(...args: string[]) {
  const options = { encoding: 'utf8', env: { ...process.env, ONESHOT_HOME: home } } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), 'report', ...args],
    options,
  );
  return { status, stdout, stderr };
}

describe('oneshot report', () => {
  it('writes one file, and tells its size', async () => {
    const out = join(home, 'made', 'report.html');
    const { status, stdout, stderr } = report('run', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/report\.html: \d+ KiB\n$/);
    expect(await readFile(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*oneshot train /);
    expect(await readdir(join(home, 'made'))).toEqual(['report.html']);
  });

  it('writes a folder, and tells its size before', async () => {
    const out = join(home, 'folder/');
    const { status, stdout, stderr } = report('run', '--out', out, '--json');
    expect(status).toBe(0);
    const [first = ''] = stderr.split('\n').filter((line) => line.includes('"writing"'));
    expect(JSON.parse(first)).toMatchObject({ event: 'writing', steps: 2, allSteps: 2 });
    expect(JSON.parse(stdout)).toMatchObject({ event: 'report', out: join(out, 'index.html') });
    expect(await readFile(join(out, 'runs/run.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('prints the same facts as JSON', () => {
    const data = JSON.parse(report('run', '--json').stdout);
    expect(data.subjects).toMatchObject([{ kind: 'run', data: { run: 'run' } }]);
  });

  it.each([
    [['run'], /name a file with --out/],
    [['run', '--csv', '--json'], /ask for one form: --csv or --json/],
    [['run', '--csv', '--out', '/tmp/'], /name a file for --csv/],
    [['nobody', '--json'], /no evaluation or run nobody/],
  ])('refuses %j', (args, message) => {
    const { status, stdout, stderr } = report(...args);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(message);
  });
});
