export interface AdvantageSettings {
  /** 1: sample standard deviation, as the paper's code; 0: population. */
  readonly ddof: 0 | 1;
  /** Added to the standard deviation. */
  readonly epsilon: number;
}

/**
 * Group-relative advantages, `(r − mean) / (std + ε)`, of one group's rewards. A group of one has mean 0, std 1.
 *
 * @param rewards - [K]
 * @returns [K]; sums to 0 up to rounding for K > 1
 * @see Shao et al. 2024, arXiv:2402.03300; ddof and ε as in verl 0.2, core_algos.py
 */
export function groupAdvantages(rewards: readonly number[], { ddof, epsilon }: AdvantageSettings): number[] {
  const n = rewards.length;
  if (n === 1) return rewards.map((reward) => reward / (1 + epsilon));
  const mean = sum(rewards) / n;
  const std = Math.sqrt(sum(rewards.map((reward) => (reward - mean) ** 2)) / (n - ddof));
  return rewards.map((reward) => (reward - mean) / (std + epsilon));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
