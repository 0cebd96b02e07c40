/** Of the exponents, by which fp32 may be wrong: each is the difference of two products, of rounded factors. */
const ROUNDING = 2 ** -20;
/** Tokens whose logits are further below the largest, in units of the temperature, have no mass that counts. */
const FAR = 64;

/**
 * How far a cumulated share may be from what it would be in fp64, at most and with a wide margin: see `drawByShares`.
 *
 * @param largest - logit
 */
export function shareError(largest: number, temperature: number): number {
  return ROUNDING * (Math.abs(largest) / temperature + FAR);
}

/**
 * The token that `inverseCdf` draws where none is left out, from probabilities in fp32. That takes a tenth of the time, since no
 * exponential is computed; where u is so near to the boundary between two tokens that fp32 cannot tell, there is no answer.
 *
 * @param shares - [V] the probabilities, or any multiple of them
 * @param u - in [0, 1)
 * @param error - of their sums, as a share of all; see `shareError`
 */
export function drawByShares(shares: Float32Array, u: number, error: number): number | undefined {
  let total = 0;
  for (let token = 0; token < shares.length; token++) total += shares[token] as number;
  const [low, high] = [(u - error) * total, (u + error) * total];
  let cumulated = 0;
  for (let token = 0; token < shares.length; token++) {
    cumulated += shares[token] as number;
    if (cumulated > low) return cumulated > high ? token : undefined;
  }
  return undefined;
}
