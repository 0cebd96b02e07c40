import { isDeepStrictEqual } from 'node:util';
import { MOST_VALUES } from '#shared/metrics/student-interval.ts';
import type { ConfiguredRun } from './newest-runs.ts';

/** Other seeds of a run. */
const MOST_SEEDS = MOST_VALUES - 1;

/**
 * Runs with the settings of this one but for the seed, from their beginning: the first of each seed, ascending by seed.
 * A run that goes on from a checkpoint of another has none.
 */
export function seedRuns(
  { config }: Pick<ConfiguredRun, 'config'>,
  others: readonly ConfiguredRun[],
): readonly string[] {
  const own = seedOf(config);
  if (own === undefined || config['fork']) return [];
  const found = new Map<number, string>();
  for (const other of others) {
    const seed = seedOf(other.config);
    if (seed === undefined || seed === own || found.has(seed)) continue;
    if (isDeepStrictEqual(withoutSeed(other.config), withoutSeed(config))) found.set(seed, other.run);
  }
  return [...found]
    .slice(0, MOST_SEEDS)
    .sort(([a], [b]) => a - b)
    .map(([, id]) => id);
}

type Config = ConfiguredRun['config'];

/** Settings have a schema that only the trainer knows: what does not look like it has no seed. */
function seedOf(config: Config): number | undefined {
  const sampling = config['sampling'];
  if (typeof sampling !== 'object' || sampling === null || !('seed' in sampling)) return undefined;
  return typeof sampling.seed === 'number' ? sampling.seed : undefined;
}

function withoutSeed(config: Config): unknown {
  return { ...config, sampling: { ...(config['sampling'] as object), seed: null } }; // an object: it has a seed
}
