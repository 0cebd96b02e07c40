/**
 * Makes tokens that a text has less probable: their logits are divided by the penalty where they are above 0 and multiplied by it
 * elsewhere, in fp32, as transformers and vLLM do.
 *
 * @param logits - [V]
 * @param seen - tokens of the prompt and of what follows it; how often each is there does not matter
 * @param penalty - above 0; below 1 it makes them more probable
 * @see Keskar et al. 2019, "CTRL: a conditional transformer language model for controllable generation", section 4.1
 */
export function penaliseRepetition(
  logits: Float32Array,
  seen: Iterable<number>,
  penalty: number,
): Float32Array {
  const penalised = logits.slice();
  for (const token of new Set(seen)) {
    const logit = logits[token] as number;
    penalised[token] = logit > 0 ? logit / penalty : logit * penalty;
  }
  return penalised;
}
