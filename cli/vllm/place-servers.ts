import { KnownError } from '#shared/errors.ts';

export interface PlacementAsk {
  /** Where the servers compute. */
  readonly device: 'cuda' | 'cpu';
  /** What `CUDA_VISIBLE_DEVICES` may name. */
  readonly gpus: readonly string[];
  /** GPUs that the engine computes on, the first ones. */
  readonly engineGpus: number;
  /** Servers that are asked for; without a number as many as there are GPUs for them. */
  readonly servers: number | undefined;
}

export interface Placement {
  /** A server each, and the GPU that it sees. */
  readonly gpus: readonly (string | undefined)[];
  /** Engine and server have one GPU and compute in turns. */
  readonly sharesGpu: boolean;
}

/**
 * Deals a machine's GPUs to engine and servers: the engine has the first, each server one of the rest; where none is
 * left, one server shares the engine's.
 *
 * @throws {KnownError} `config-invalid` for more servers than can be placed
 */
export function placeServers({ device, gpus, engineGpus, servers }: PlacementAsk): Placement {
  if (device === 'cpu')
    return { gpus: Array.from({ length: servers ?? 1 }, () => undefined), sharesGpu: false };
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
    sharesGpu: rest.length === 0 && engineGpus > 0,
  };
}
