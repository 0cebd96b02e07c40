import type { Interval } from '../records/summary.ts';
import { philox4x32 } from '../sampling/philox.ts';
import { fillXoshiro128 } from '../sampling/xoshiro.ts';
import { sum } from './sum.ts';

const DRAWS = 2000;
const SEED = 1;

/**
 * 95 % interval of the mean of values in [0, 1], from one value on, by Gaffke's method: the values are weighted at random
 * as in the Bayesian bootstrap, with one value more for each limit, 0 or 1. So equal values
 * give no interval of width 0; of zeros and ones it is that of Clopper and Pearson, and of many values that of the
 * bootstrap. It covers the true mean at least as often as it says, whatever the distribution of the values
 * (`bounded-mean-interval.test.ts` counts it).
 *
 * @param values - one per problem, at least one: independent of each other
 * @param stream - a 32-bit word that names the sample; the same values and stream give the same interval
 * @returns an interval within [0, 1] that holds the mean
 * @see Gaffke 2005, "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable"
 * @see Learned-Miller and Thomas 2020, "A new confidence interval for the mean of a bounded random variable", arXiv:1905.06208
 */
export function boundedMeanInterval(values: readonly number[], stream: number): Interval {
  const { low, high } = weightedMeans(Float64Array.from(values), stream);
  const mean = sum(values) / values.length;
  return [
    Math.max(0, Math.min(mean, quantile(low, 0.025))),
    Math.min(1, Math.max(mean, quantile(high, 0.975))),
  ];
}

/**
 * Means under random weights: [2000] each, ascending, `low` with a further value of 0 and `high` with one of 1. The weights
 * are those of a Dirichlet distribution, made of exponential variates.
 */
function weightedMeans(shares: Float64Array, stream: number): { low: Float64Array; high: Float64Array } {
  const n = shares.length;
  const words = new Uint32Array(n + 1);
  const [low, high] = [new Float64Array(DRAWS), new Float64Array(DRAWS)];
  for (let draw = 0; draw < DRAWS; draw++) {
    fillXoshiro128(words, philox4x32([0, draw, stream, 0], [SEED, 0]));
    let [total, weighted] = [0, 0];
    for (let i = 0; i < n; i++) {
      const weight = exponential(words[i] as number);
      total += weight;
      weighted += weight * (shares[i] as number);
    }
    const further = exponential(words[n] as number);
    low[draw] = weighted / (total + further);
    high[draw] = (weighted + further) / (total + further);
  }
  return { low: low.sort(), high: high.sort() };
}

function exponential(word: number): number {
  return -Math.log((word + 0.5) / 2 ** 32);
}

/** Linear between order statistics. @param sorted - ascending */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
