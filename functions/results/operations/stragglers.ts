/** A task is an outlier that takes so many times the median. */
const OVER_MEDIAN = 1.5;
/** Among fewer there is no telling. */
const FEWEST = 3;

/**
 * The shards that took much longer than the others of their round.
 *
 * @param times - shard, and how long it took; 0 where that is not known
 * @see Ananthanarayanan et al. 2010, "Reining in the Outliers in Map-Reduce Clusters using Mantri", section 2.3: 1.5 times
 *   the median
 */
export function stragglers(
  times: readonly (readonly [shard: number, duration: number])[],
): ReadonlySet<number> {
  const known = times.filter(([, duration]) => duration > 0);
  if (known.length < FEWEST) return new Set();
  const sorted = known.map(([, duration]) => duration).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] as number; // there are some
  return new Set(known.filter(([, duration]) => duration > OVER_MEDIAN * median).map(([shard]) => shard));
}
