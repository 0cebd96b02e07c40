/** KL divergence of what a model says from what it says in fp32, and whether both would say the same word. */
export interface Divergence {
  /** Mean over positions, in nats. */
  readonly mean: number;
  /** Share of positions, 0 to 1. */
  readonly sameToken: number;
}

/** Adds up over positions. */
export class DivergenceSum {
  #sum = 0;
  #same = 0;
  #count = 0;

  /** Logits of one position, [V] each. */
  add(exact: Float32Array, rounded: Float32Array): void {
    const [normP, normQ] = [logSumExp(exact), logSumExp(rounded)];
    let [sum, bestP, bestQ] = [0, 0, 0];
    for (let i = 0; i < exact.length; i++) {
      const [own, other] = [exact[i] as number, rounded[i] as number];
      const logP = own - normP;
      sum += Math.exp(logP) * (logP - (other - normQ));
      if (own > (exact[bestP] as number)) bestP = i;
      if (other > (rounded[bestQ] as number)) bestQ = i;
    }
    this.#sum += sum;
    this.#same += bestP === bestQ ? 1 : 0;
    this.#count += 1;
  }

  get divergence(): Divergence {
    return { mean: this.#sum / this.#count, sameToken: this.#same / this.#count };
  }
}

/** In plain loops: this runs over every word of every position. */
function logSumExp(logits: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i] as number);
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp((logits[i] as number) - largest);
  return largest + Math.log(total);
}
