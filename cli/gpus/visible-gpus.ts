/**
 * Which NVIDIA GPUs programs that are started from here see: the one place that asks the driver. Imports nothing of its
 * neighbours.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface VisibleGpu {
  /** What `CUDA_VISIBLE_DEVICES` calls it. */
  readonly id: string;
  /** Such as `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  readonly memoryBytes: number;
  /** Of CUDA, such as `9.0`; `null`: the driver does not say. */
  readonly capability: string | null;
}

/** A GPU as the driver lists it, whether programs see it or not. */
export interface ListedGpu extends Omit<VisibleGpu, 'id'> {
  /** Such as `GPU-8932f937-…`. */
  readonly uuid: string;
}

const QUERY = ['--query-gpu=uuid,name,memory.total,compute_cap', '--format=csv,noheader,nounits'];
/** Longer than the driver of many GPUs takes to answer. */
const ASK_MS = 20_000;
const MIB = 2 ** 20;

/** Those that programs may use, in CUDA's order; none without a driver that lists some, whatever the variable says. */
export async function visibleGpus(env: NodeJS.ProcessEnv): Promise<readonly VisibleGpu[]> {
  const asking = promisify(execFile)('nvidia-smi', QUERY, { env, timeout: ASK_MS });
  const stdout = await asking.then(
    (answer) => answer.stdout,
    () => '',
  );
  return shownGpus(parseGpus(stdout), env['CUDA_VISIBLE_DEVICES']);
}

/** The lines `uuid, name, MiB, capability`; one that is none is left out. */
export function parseGpus(csv: string): readonly ListedGpu[] {
  return csv.split('\n').flatMap((line) => {
    const [, uuid, name, mib, capability] = /^(GPU-[^,]+), (.+), (\d+), (.+)$/.exec(line.trim()) ?? [];
    if (uuid === undefined || name === undefined || mib === undefined || capability === undefined) return [];
    const known = /^\d+\.\d+$/.test(capability);
    return [{ uuid, name, memoryBytes: Number(mib) * MIB, capability: known ? capability : null }];
  });
}

/**
 * Those that CUDA shows to programs, which `nvidia-smi` does not heed.
 *
 * @param visible - `CUDA_VISIBLE_DEVICES`: indices, or beginnings of UUIDs, in order, of which the first wrong one ends
 *   the list. Of a part of a GPU (`MIG-…`) the driver's list does not say whose it is: it counts as one of the GPUs.
 */
export function shownGpus(gpus: readonly ListedGpu[], visible: string | undefined): readonly VisibleGpu[] {
  const ids = visible?.split(',').map((id) => id.trim()) ?? gpus.map((_, index) => String(index));
  const shown: VisibleGpu[] = [];
  for (const [position, id] of ids.entries()) {
    const gpu = id.startsWith('MIG-') ? gpus[position] : namedGpu(gpus, id);
    if (!gpu) break;
    const { uuid: _, ...facts } = gpu;
    shown.push({ id, ...facts });
  }
  return shown;
}

function namedGpu(gpus: readonly ListedGpu[], id: string): ListedGpu | undefined {
  if (/^\d+$/.test(id)) return gpus[Number(id)];
  return id.startsWith('GPU-') ? gpus.find(({ uuid }) => uuid.startsWith(id)) : undefined;
}
