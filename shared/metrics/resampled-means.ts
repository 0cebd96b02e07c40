import { philox4x32 } from '../sampling/philox.ts';

const RESAMPLES = 2000;
const SEED = 1;

/**
 * Bootstrap of a mean: each resample draws as many scores as there are, with replacement, and takes their mean.
 * A draw is a function of the stream, the resample and the place in it, so the same scores give the same means.
 *
 * @param scores - [N] one per problem, N ≥ 1
 * @param stream - a 32-bit word; scores of different streams are resampled independently
 * @returns [2000] means
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", §6
 */
export function resampledMeans(scores: readonly number[], stream: number): Float64Array {
  const n = scores.length;
  return Float64Array.from({ length: RESAMPLES }, (_, resample) => {
    let total = 0;
    for (let i = 0; i < n; i += 4) {
      const words = philox4x32([i, resample, stream, 0], [SEED, 0]);
      const drawn = Math.min(4, n - i);
      // A word is one of 2^32, so no score is likelier than another by more than N / 2^32.
      for (let j = 0; j < drawn; j++)
        total += scores[Math.floor(((words[j] as number) * n) / 2 ** 32)] as number;
    }
    return total / n;
  });
}
