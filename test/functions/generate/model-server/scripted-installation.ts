import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * The scripted server as an installation of vLLM: a program that names an interpreter, which says the version of the
 * package. Files of the folder ask it for faults.
 *
 * @returns the program
 */
export async function scriptedInstallation(folder: string, version = '0.32.0+cpu'): Promise<string> {
  await mkdir(folder, { recursive: true });
  const [python, program] = [join(folder, 'python'), join(folder, 'vllm')];
  const script = resolve(import.meta.dirname, 'scripted-vllm.ts');
  const serve = `shift; SCRIPTED_FAULTS='${folder}' exec '${process.execPath}' '${script}' "$@"`;
  await writeFile(python, `#!/bin/sh\ncase "$*" in *metadata*) echo ${version};; *) ${serve};; esac\n`);
  await writeFile(program, `#!${python}\n`);
  for (const file of [python, program]) await chmod(file, 0o755);
  return program;
}
