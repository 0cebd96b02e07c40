import { isDeepStrictEqual } from 'node:util';
import { MOST_VALUES } from '#shared/metrics/student-interval.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { newestRuns } from './newest-runs.ts';

/** Other seeds of a run. */
const MOST_SEEDS = MOST_VALUES - 1;

/**
 * Runs with the settings of this one but for the seed, from their beginning: the newest of each seed, ascending by seed.
 * A run that goes on from a checkpoint of another has none.
 */
export async function seedRuns(
  { config }: Pick<RunView, 'config'>,
  ports: Pick<DashboardPorts, 'store' | 'lists'>,
): Promise<readonly string[]> {
  const own = seedOf(config);
  if (own === undefined || config['fork']) return [];
  const found = new Map<number, string>();
  for await (const other of newestRuns(ports)) {
    const seed = seedOf(other.config);
    if (seed === undefined || seed === own || found.has(seed)) continue;
    if (isDeepStrictEqual(withoutSeed(other.config), withoutSeed(config))) found.set(seed, other.run);
  }
  return [...found]
    .slice(0, MOST_SEEDS)
    .sort(([a], [b]) => a - b)
    .map(([, id]) => id);
}

type Config = RunView['config'];

/** Settings have a schema that only the trainer knows: what does not look like it has no seed. */
function seedOf(config: Config): number | undefined {
  const sampling = config['sampling'];
  if (typeof sampling !== 'object' || sampling === null || !('seed' in sampling)) return undefined;
  return typeof sampling.seed === 'number' ? sampling.seed : undefined;
}

function withoutSeed(config: Config): unknown {
  return { ...config, sampling: { ...(config['sampling'] as object), seed: null } }; // an object: it has a seed
}
