import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The scripted server as a program of its own, in a folder whose files ask it for faults. @returns its path */
export async function scriptedProgram(faults: string): Promise<string> {
  const program = join(faults, 'vllm');
  const script = resolve(import.meta.dirname, 'scripted-vllm.ts');
  const lines = `#!/bin/sh\nSCRIPTED_FAULTS='${faults}' exec '${process.execPath}' '${script}' "$@"\n`;
  await writeFile(program, lines);
  await chmod(program, 0o755);
  return program;
}
