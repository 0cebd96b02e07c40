/**
 * The chance that at least one of `k` samples is right, drawn without replacement from `n` of which `correct` are: the
 * unbiased estimate of pass@k for one problem.
 *
 * @param k - from 1 to `n`
 * @see Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv:2107.03374, equation 1
 */
export function passAt(k: number, n: number, correct: number): number {
  let miss = 1;
  for (let drawn = 0; drawn < k; drawn++) miss *= Math.max(0, n - correct - drawn) / (n - drawn);
  return 1 - miss;
}
