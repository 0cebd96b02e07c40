/** Added to the variance, as in verl 0.2, utils/torch_functional.py. */
const WHITENING_EPSILON = 1e-8;

/**
 * The advantages of a batch at mean 0 and variance 1: `(A − mean) / √(var + 1e-8)` over all tokens together, the
 * variance with Bessel's correction.
 *
 * @param batch - [B] arrays of [n_b]
 */
export function whiten(batch: readonly Float64Array[]): Float64Array[] {
  let count = 0;
  let total = 0;
  for (const values of batch) {
    count += values.length;
    for (const value of values) total += value;
  }
  const mean = total / count;
  let squares = 0;
  for (const values of batch) for (const value of values) squares += (value - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / Math.max(1, count - 1) + WHITENING_EPSILON);
  return batch.map((values) => values.map((value) => (value - mean) * scale));
}
