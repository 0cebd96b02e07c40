import { sum } from '#shared/metrics/sum.ts';
export interface AdvantageSettings {
  readonly estimator: 'grpo' | 'dr-grpo' | 'reinforce';
  /** 1: sample standard deviation, as the paper's code; 0: population. */
  readonly ddof: 0 | 1;
  /** Added to the standard deviation. */
  readonly epsilon: number;
}

/**
 * Advantages of one group's completions, each that of all tokens of its completion.
 *
 * `grpo`: `(r − mean) / (std + ε)`; a group of one has mean 0, std 1; equal rewards give 0, whatever ε is. `dr-grpo`: `r − mean`. `reinforce`: `r`.
 *
 * @param rewards - [K]
 * @returns [K]; sums to 0 up to rounding for K > 1, `reinforce` excepted
 * @see Shao et al. 2024, arXiv:2402.03300, ddof and ε as in verl 0.2, core_algos.py; Liu et al. 2025, arXiv:2503.20783
 */
export function groupAdvantages(
  rewards: readonly number[],
  { estimator, ddof, epsilon: added }: AdvantageSettings,
): number[] {
  if (estimator === 'reinforce') return [...rewards];
  const n = rewards.length;
  const mean = n === 1 ? 0 : sum(rewards) / n;
  // Said apart: of equal rewards the mean may differ from each in its last bit, which a small ε makes large.
  if (n > 1 && rewards.every((reward) => reward === rewards[0])) return rewards.map(() => 0);
  const centred = rewards.map((reward) => reward - mean);
  if (estimator === 'dr-grpo') return centred;
  const unit = n === 1 ? 1 : unitOf(centred);
  const [scaled, epsilon] = [centred.map((difference) => difference / unit), added / unit];
  const std = n === 1 ? 1 : Math.sqrt(sumOfSquares(scaled) / (n - ddof));
  return scaled.map((difference) => difference / (std + epsilon));
}

/** Below it squares lose digits, down to all of them. */
const LEAST_SQUARES = 1e-290;

/** 1, or the largest difference where squares of all would be too small. */
function unitOf(centred: readonly number[]): number {
  return sumOfSquares(centred) >= LEAST_SQUARES ? 1 : Math.max(...centred.map(Math.abs));
}

function sumOfSquares(values: readonly number[]): number {
  return sum(values.map((value) => value ** 2));
}

/**
 * Group-relative advantages of a whole batch, each group by itself wherever its members stand.
 *
 * @param rewards - [B]
 * @param groups - [B], what names the group of each
 * @returns [B]
 */
export function advantagesByGroup(
  rewards: readonly number[],
  groups: readonly (number | string)[],
  settings: AdvantageSettings,
): number[] {
  const members = Map.groupBy(rewards.keys(), (b) => groups[b]);
  const advantages = new Array<number>(rewards.length);
  for (const group of members.values()) {
    const own = groupAdvantages(
      group.map((b) => rewards[b] as number),
      settings,
    );
    for (const [index, b] of group.entries()) advantages[b] = own[index] as number;
  }
  return advantages;
}
