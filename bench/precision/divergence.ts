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
    const p = logProbs(exact);
    const q = logProbs(rounded);
    let [sum, bestP, bestQ] = [0, 0, 0];
    for (let i = 0; i < p.length; i++) {
      const [own, other] = [p[i] as number, q[i] as number];
      sum += Math.exp(own) * (own - other);
      if (own > (p[bestP] as number)) bestP = i;
      if (other > (q[bestQ] as number)) bestQ = i;
    }
    this.#sum += sum;
    this.#same += bestP === bestQ ? 1 : 0;
    this.#count += 1;
  }

  get divergence(): Divergence {
    return { mean: this.#sum / this.#count, sameToken: this.#same / this.#count };
  }
}

function logProbs(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  const shift = largest + Math.log(total);
  return Float64Array.from(logits, (value) => value - shift);
}
