import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureEngine } from '#cli/bootstrap/ensure-engine.ts';

/** Stands for Python: notes how it is called, makes an environment of itself, fails where FAIL_ON matches. */
const INTERPRETER = `#!/bin/sh
[ "$1" = -I ] || exit 2
shift
echo "$*" >> "$CALLS"
if [ -n "$FAIL_ON" ] && echo "$*" | grep -q "$FAIL_ON"; then echo "no space left" >&2; exit 1; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
`;

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-bootstrap-'));
  const python = join(folder, 'python');
  await writeFile(python, INTERPRETER);
  await chmod(python, 0o755);
  env = {
    ...process.env,
    ONESHOT_PYTHON: python,
    ONESHOT_VENV: join(folder, 'venv'),
    CALLS: join(folder, 'calls'),
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('ensureEngine', () => {
  it('makes the environment and installs torch before anything that depends on it', async () => {
    expect(await ensureEngine(env, false, ignore)).toBe(join(folder, 'venv/bin/python'));
    const calls = await installs();
    expect(calls[0]).toContain('-m venv');
    expect(calls[1]).toMatch(/pip install .*torch==\S+$/);
    expect(calls[2]).toContain('transformers==');
    expect(calls[2]).not.toContain('torch==');
  });

  it('does nothing when everything is up to date', async () => {
    await ensureEngine(env, false, ignore);
    await rm(join(folder, 'calls'));
    await ensureEngine(env, false, ignore);
    expect(await installs()).toEqual([]);
  });

  it('goes on after an interruption without making the environment again', async () => {
    const broken = { ...env, FAIL_ON: 'transformers' };
    await expect(ensureEngine(broken, false, ignore)).rejects.toThrow(
      /no space left[\s\S]*run the same command again/,
    );
    await rm(join(folder, 'calls'));
    await ensureEngine(env, false, ignore);
    const calls = await installs();
    expect(calls.some((call) => call.includes('-m venv'))).toBe(false);
    expect(calls.filter((call) => call.includes('pip install'))).toHaveLength(2);
  });

  it('installs again when the pins have changed', async () => {
    await ensureEngine(env, false, ignore);
    await writeFile(join(folder, 'venv/oneshot-engine.txt'), 'torch==1.0\n');
    await rm(join(folder, 'calls'));
    await ensureEngine(env, false, ignore);
    expect((await installs()).filter((call) => call.includes('pip install'))).toHaveLength(2);
  });

  it('brings test and lint tools only where they are asked for, and leaves them where they are not', async () => {
    await ensureEngine(env, false, ignore);
    expect((await installs()).join()).not.toMatch(/pytest|hypothesis|ruff/);
    await ensureEngine(env, true, ignore);
    expect((await installs()).at(-1)).toMatch(/pytest==.*/);
    await rm(join(folder, 'calls'));
    for (const dev of [false, true, false]) await ensureEngine(env, dev, ignore);
    expect(await installs()).toEqual([]);
  });

  it('keeps count of the tools where the pins of the engine change', async () => {
    await ensureEngine(env, true, ignore);
    const stamp = join(folder, 'venv/oneshot-engine.txt');
    await writeFile(stamp, (await readFile(stamp, 'utf8')).replace(/^torch==.*$/m, 'torch==1.0'));
    await ensureEngine(env, false, ignore);
    expect(await readFile(stamp, 'utf8')).not.toContain('torch==1.0');
    await rm(join(folder, 'calls'));
    await ensureEngine(env, true, ignore);
    expect(await installs()).toEqual([]);
  });

  it('says what it is doing', async () => {
    const lines: string[] = [];
    await ensureEngine(env, false, (line) => lines.push(line));
    expect(lines[0]).toContain('creating');
    expect(lines.some((line) => line.startsWith('installing torch=='))).toBe(true);
  });
});

/** What the interpreter was asked, less the question for its version. */
async function installs(): Promise<string[]> {
  const calls = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
  return calls.split('\n').filter((call) => call.startsWith('-m'));
}

function ignore(): void {}
