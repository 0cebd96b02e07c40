import { KnownError } from '#shared/errors.ts';

export interface PlacementAsk {
  /** Where the servers compute. */
  readonly device: 'cuda' | 'cpu';
  /** What `CUDA_VISIBLE_DEVICES` may name. */
  readonly gpus: readonly string[];
  /** GPUs that the engine computes on, the first ones. */
  readonly engineGpus: number;
  /** Whether there is an engine that computes on the CPU. */
  readonly engineOnCpu: boolean;
  /** Servers that are asked for; without a number as many as there are GPUs for them. */
  readonly servers: number | undefined;
}

export interface Placement {
  /** A server each, and the GPU that it sees. */
  readonly gpus: readonly (string | undefined)[];
  /** What engine and servers both compute on, in turns. */
  readonly shares: 'gpu' | 'cores' | 'nothing';
}

/**
 * Deals a machine's GPUs to engine and servers: the engine has the first, each server one of the rest; where none is
 * left, one server shares the engine's.
 *
 * @throws {KnownError} `config-invalid` for more servers than can be placed
 */
export function placeServers({ device, gpus, engineGpus, engineOnCpu, servers }: PlacementAsk): Placement {
  if (device === 'cpu') {
    // A server on a CPU takes all cores but one.
    const shares = engineOnCpu ? 'cores' : 'nothing';
    return { gpus: Array.from({ length: servers ?? 1 }, () => undefined), shares };
  }
  const rest = gpus.slice(engineGpus);
  const free = rest.length > 0 ? rest : gpus.slice(0, 1);
  const count = servers ?? Math.max(1, free.length);
  if (count > Math.max(1, free.length)) {
    throw new KnownError(
      'config-invalid',
      `sampler.servers is ${count}, and of ${gpus.length} GPUs the engine takes ${engineGpus}, which leaves ` +
        `${rest.length}. Lower sampler.servers or engine.ranks.`,
    );
  }
  return {
    gpus: Array.from({ length: count }, (_, i) => free[i]),
    shares: rest.length === 0 && engineGpus > 0 ? 'gpu' : 'nothing',
  };
}
