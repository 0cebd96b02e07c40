import { philox4x32 } from '../sampling/philox.ts';
import { fillXoshiro128 } from '../sampling/xoshiro.ts';

const RESAMPLES = 2000;
const SEED = 1;

/**
 * Bootstrap of a mean: each resample draws as many scores as there are, with replacement, and takes their mean.
 * The draws of a resample are a function of the stream and the resample, so the same scores give the same means.
 *
 * @param scores - [N] one per problem, N ≥ 1
 * @param stream - a 32-bit word; scores of different streams are resampled independently
 * @returns [2000] means
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", §6
 */
export function resampledMeans(scores: readonly number[], stream: number): Float64Array {
  const n = scores.length;
  const values = Float64Array.from(scores);
  const words = new Uint32Array(n);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    fillXoshiro128(words, philox4x32([0, resample, stream, 0], [SEED, 0]));
    let total = 0;
    // A word is one of 2^32, so no score is likelier than another by more than N / 2^32.
    for (let i = 0; i < n; i++) total += values[((words[i] as number) * (n / 2 ** 32)) | 0] as number;
    means[resample] = total / n;
  }
  return means;
}
