export interface GaeSettings {
  readonly gamma: number;
  readonly lambda: number;
}

/**
 * Generalised advantage estimation of one completion: δ_t = r_t + γ·V_{t+1} − V_t, A_t = δ_t + γλ·A_{t+1}, with V = 0
 * after the last value; R = A + V.
 *
 * @param rewards - [n] of each token
 * @param values - [n + 1] V before each token, and after the last: 0 where that place is not looked at
 * @returns advantages and returns [n + 1], those after the last token included
 * @see Schulman et al. 2016, arXiv:1506.02438
 */
export function generalizedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  { gamma, lambda }: GaeSettings,
): { readonly advantages: Float64Array; readonly returns: Float64Array } {
  const advantages = new Float64Array(values.length);
  let next = 0; // A_{t+1}
  let nextValue = 0;
  for (let t = values.length - 1; t >= 0; t--) {
    const value = values[t] as number;
    next = (rewards[t] ?? 0) + gamma * nextValue - value + gamma * lambda * next;
    advantages[t] = next;
    nextValue = value;
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + (values[t] as number)) };
}
