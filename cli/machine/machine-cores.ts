import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { physicalCores } from './physical-cores.ts';

/** The cores of this machine that this process may use. */
export async function machineCores(): Promise<number> {
  const cpuinfo = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return physicalCores(cpuinfo, availableParallelism());
}

/** Threads of each of some workers: the cores are divided among them, and none goes without. */
export function threadsOfEach(workers: number, cores: number): number {
  return Math.max(1, Math.floor(cores / workers));
}
