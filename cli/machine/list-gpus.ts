import { spawnSync } from 'node:child_process';
import type { Gpu } from './machine.ts';

const QUERY = ['--query-gpu=name,memory.total,compute_cap', '--format=csv,noheader,nounits'];
const TIMEOUT_MS = 15_000;
const MIB = 2 ** 20;

/** The GPUs that programs may use, as the driver's `nvidia-smi` lists them: torch need not be installed. */
export function listGpus(env: NodeJS.ProcessEnv): readonly Gpu[] {
  const { status, stdout } = spawnSync('nvidia-smi', QUERY, { encoding: 'utf8', env, timeout: TIMEOUT_MS });
  return status === 0 ? visibleGpus(parseGpus(stdout), env['CUDA_VISIBLE_DEVICES']) : [];
}

/** The lines `name, MiB, capability`; one that is none is left out. */
export function parseGpus(csv: string): readonly Gpu[] {
  return csv.split('\n').flatMap((line) => {
    const [, name, mib, capability] = /^(.+), (\d+), (.+)$/.exec(line.trim()) ?? [];
    if (name === undefined || mib === undefined || capability === undefined) return [];
    const known = /^\d+\.\d+$/.test(capability);
    return [{ name, memoryBytes: Number(mib) * MIB, capability: known ? capability : null }];
  });
}

/**
 * Those that CUDA shows to programs, which `nvidia-smi` does not heed.
 *
 * @param visible - `CUDA_VISIBLE_DEVICES`: indices in order, of which the first wrong one ends the list; of UUIDs only
 *   the count is known here
 */
export function visibleGpus(gpus: readonly Gpu[], visible: string | undefined): readonly Gpu[] {
  if (visible === undefined) return gpus;
  const names = visible.split(',').map((name) => name.trim());
  if (names.some((name) => /^(GPU|MIG)-/.test(name))) return gpus.slice(0, names.length);
  const chosen = names.map((name) => (/^\d+$/.test(name) ? gpus[Number(name)] : undefined));
  const end = chosen.indexOf(undefined);
  return chosen.slice(0, end === -1 ? undefined : end).filter((gpu) => gpu !== undefined);
}
