/** Two directions of what a matrix reads: [K] each. */
export type Directions = readonly [Float64Array, Float64Array];

/**
 * How the errors of a row of rounded weights make up for one another along two directions: [K] each. What the weights so far miss
 * along them, times their shares, is taken off the next one before that is rounded.
 */
export interface Feedback {
  readonly directions: Directions;
  readonly shares: readonly [Float64Array, Float64Array];
}

/** What other inputs than the mean make up at least, of a mean square of 1. */
const LEAST_REST = 0.05;

/**
 * The feedback with which a row's product misses least, in the mean square, of inputs x with E[x·xᵀ] = a·aᵀ + b·bᵀ + rest · I, where
 * the mean square of b and rest make 1: rounding as in GPTQ, whose inverse is known for such a matrix.
 *
 * @param directions - a and b
 * @see Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers"
 */
export function feedbackAlong(directions: Directions): Feedback {
  const [a, b] = directions;
  const rest = Math.max(LEAST_REST, 1 - b.reduce((sum, value) => sum + value * value, 0) / b.length);
  const shares = [new Float64Array(a.length), new Float64Array(a.length)] as const;
  // rest · I and the products of what is left of the directions, [[aa, ab], [ab, bb]]
  let [aa, ab, bb] = [rest, 0, rest];
  for (let i = a.length - 1; i >= 0; i--) {
    const [ofA, ofB] = [a[i] as number, b[i] as number];
    aa += ofA * ofA;
    ab += ofA * ofB;
    bb += ofB * ofB;
    const determinant = aa * bb - ab * ab;
    shares[0][i] = (bb * ofA - ab * ofB) / determinant;
    shares[1][i] = (aa * ofB - ab * ofA) / determinant;
  }
  return { directions, shares };
}
