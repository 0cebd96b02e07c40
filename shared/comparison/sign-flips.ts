import { greatestCommonDivisor } from './paired-set.ts';

/** Additions that the exact distribution may take; 0.1 s. */
const MOST_ADDITIONS = 1e8;
/** Cells of the normal distribution that stands for a larger one, and how many standard deviations they span. */
const CELLS = 4096;
const SPAN = 12;

/**
 * How the sum of the differences is distributed if each is as likely to have the other sign: as where both evaluations
 * are of the same model. Of ±1 alone it is binomial, and the test McNemar's exact one.
 */
export interface SignFlips {
  /** Of sums `(2 i − last) · scale`, i being the index and `last` the greatest one; symmetric. */
  readonly probabilities: Float64Array;
  /** In the unit of the steps. */
  readonly scale: number;
}

/**
 * The exact distribution, by adding one difference after the other; of so many that this takes too long, the normal one
 * with its variance.
 *
 * @param steps - whole numbers
 */
export function signFlips(steps: readonly number[]): SignFlips {
  const sizes = steps.map(Math.abs).filter((size) => size > 0);
  const scale = sizes.reduce(greatestCommonDivisor, 0) || 1;
  const total = sizes.reduce((sum, size) => sum + size / scale, 0);
  if (sizes.length * total > MOST_ADDITIONS) return normalFlips(sizes);
  const probabilities = new Float64Array(total + 1);
  probabilities[0] = 1;
  let top = 0;
  for (const size of sizes) {
    const step = size / scale;
    top += step;
    for (let i = top; i >= 0; i--) {
      const before = i >= step ? (probabilities[i - step] as number) : 0;
      probabilities[i] = ((probabilities[i] as number) + before) / 2;
    }
  }
  return { probabilities, scale };
}

/**
 * Two-sided p: how likely a sum at least as far from 0 is as that of the steps.
 *
 * @see Fisher 1935, "The Design of Experiments", §21; McNemar 1947, with the exact distribution
 */
export function signFlipP(steps: readonly number[]): number {
  const { probabilities, scale } = signFlips(steps);
  const last = probabilities.length - 1;
  const sum = Math.abs(steps.reduce((total, step) => total + step, 0));
  // Whole where the distribution is exact; else the cell below counts in full.
  const from = Math.max(0, Math.floor((sum / scale + last) / 2));
  let tail = 0;
  for (let i = last; i >= from; i--) tail += probabilities[i] as number;
  return Math.min(1, 2 * tail);
}

function normalFlips(sizes: readonly number[]): SignFlips {
  const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + size ** 2, 0));
  const last = CELLS - 1;
  const width = (2 * SPAN) / last;
  const density = Float64Array.from({ length: CELLS }, (_, i) =>
    Math.exp(-(((2 * i - last) * (width / 2)) ** 2) / 2),
  );
  const whole = density.reduce((sum, each) => sum + each, 0);
  return { probabilities: density.map((each) => each / whole), scale: (deviation * width) / 2 };
}
