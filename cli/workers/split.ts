/**
 * How the cores of a machine are shared out among workers that make completions.
 *
 * `split.ts` says which splits there are and picks one by their speeds; `measure-splits.ts` measures these with the model of
 * `probe-model.ts`, `kept-speeds.ts` keeps them in the user's cache, `settle-split.ts` decides for a command, and
 * `evaluation-needs.ts` says what its evaluations need. Imports `machine/` and `decoder/`.
 */
export interface Split {
  readonly workers: number;
  /** Of each worker. */
  readonly threads: number;
}

/** How fast the workers of a split are together. */
export interface SplitSpeed extends Split {
  readonly tokensPerSecond: number;
}

/** What bounds the number of workers. */
export interface SplitNeeds {
  /** Shards that are to be made; more workers than these have nothing to do. */
  readonly shards: number;
  /** That each worker takes. */
  readonly workerBytes: number;
  /** That all of them may take. */
  readonly freeBytes: number;
}

/** Below it another split is no faster: measurements of the same differ by as much. */
const GAIN = 1.05;

/** Splits that may be the fastest: one worker with all cores, two with half of them each, and so on to one for each core. */
export function splitsOf(cores: number): readonly Split[] {
  const splits: Split[] = [];
  for (let workers = 1; workers < cores; workers *= 2)
    splits.push({ workers, threads: Math.floor(cores / workers) });
  return [...splits, { workers: cores, threads: 1 }];
}

/**
 * The fastest split that the needs allow: with fewer workers where more gain nothing, and with one where not even that fits.
 *
 * @param speeds - of one split at least
 */
export function chooseSplit(
  speeds: readonly SplitSpeed[],
  { shards, workerBytes, freeBytes }: SplitNeeds,
): SplitSpeed {
  const [least, ...others] = speeds.toSorted((one, other) => one.workers - other.workers) as [
    SplitSpeed,
    ...SplitSpeed[],
  ];
  const possible = others.filter(({ workers }) => workers <= shards && workers * workerBytes <= freeBytes);
  return possible.reduce(
    (best, each) => (each.tokensPerSecond >= GAIN * best.tokensPerSecond ? each : best),
    least,
  );
}
