import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

const guide = readFileSync(join(packageRoot, 'docs/guide/agents.md'), 'utf8');
/** Each task: its heading, its commands, and what they print. */
const tasks = [...guide.matchAll(/^## \d\. ([^\n]+)$[^#]*?```sh\n(.*?)```\n\n```text\n(.*?)```/gms)].map(
  ([, heading = '', commands = '', printed = '']) => ({ heading, commands, printed }),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-agents-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the guide for programs', () => {
  it('has five tasks', () => {
    expect(tasks).toHaveLength(5);
  });

  it.each(tasks)('shows what comes out: $heading', async ({ commands, printed }) => {
    const bin = join(packageRoot, 'bin/oneshot.js');
    const asFunction = `oneshot() { '${process.execPath}' '${bin}' "$@"; }`;
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
    const child = spawn('bash', ['-c', `set -m\n${asFunction}\n${commands}`], {
      cwd: folder,
      env,
      stdio: 'pipe',
    });
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect(stderr.replaceAll(/^.*(?:Terminated|Broken pipe).*\n/gm, '')).toBe('');
    const lines = stdout.trimEnd().split('\n');
    const patterns = printed.trimEnd().split('\n').map(patternOf);
    expect(lines).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
  });
});

it('llms.txt links to pages that are there', () => {
  const links = [...readFileSync(join(packageRoot, 'llms.txt'), 'utf8').matchAll(/\]\(([^)]+)\)/g)];
  expect(links.length).toBeGreaterThan(10);
  expect(links.map(([, path = '']) => path).filter((path) => !existsSync(join(packageRoot, path)))).toEqual(
    [],
  );
});

function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
