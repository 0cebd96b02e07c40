import type { Interval } from '../messages.ts';
import { RandomStream } from '../sampling/random-stream.ts';

const RESAMPLES = 2000;
const SEED = 1;

/**
 * 95 % percentile bootstrap of the average over sets of the mean over each set's problems: problems are resampled
 * within their set, so one set gives the interval of its own mean. Seeded: the same scores give the same interval.
 *
 * @param sets - per set the score of every problem, at least one set and one problem each
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", §13
 */
export function bootstrapInterval(sets: readonly (readonly number[])[]): Interval {
  const random = new RandomStream(SEED, 0);
  const averages = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let average = 0;
    for (const scores of sets) average += resampledMean(scores, random) / sets.length;
    averages[i] = average;
  }
  averages.sort();
  return [quantile(averages, 0.025), quantile(averages, 0.975)];
}

function resampledMean(scores: readonly number[], random: RandomStream): number {
  let total = 0;
  for (let i = 0; i < scores.length; i++)
    total += scores[Math.floor(random.next() * scores.length)] as number;
  return total / scores.length;
}

/** Linear between order statistics. @param sorted - ascending */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
