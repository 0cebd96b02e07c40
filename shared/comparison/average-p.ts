import { sha256Words } from '../encoding/digest.ts';
import { philox4x32 } from '../sampling/philox.ts';
import { fillXoshiro128 } from '../sampling/xoshiro.ts';
import { meanDifference, type PairedSet } from './paired-set.ts';
import { signFlips } from './sign-flips.ts';

const DRAWS = 40_000;
const START_BITS = 12;
/** Sums that differ by rounding alone are equal. */
const EQUAL = 1e-12;

/**
 * Two-sided p of the mean over benchmarks of their mean differences: how often it is at least so far from 0 where the
 * difference of every problem has a sign at random. Drawn 40,000 times from the exact distributions of the benchmarks, so
 * at least 0.000025, and the same each time.
 *
 * @param sets - several: of one `signFlipP` is exact
 * @see Phipson and Smyth 2010, "Permutation p-values should never be zero", on the one that is added
 */
export function averageP(sets: readonly PairedSet[]): number {
  const sums = new Float64Array(DRAWS);
  for (const set of sets) addDraws(sums, set);
  const observed = Math.abs(sets.reduce((sum, set) => sum + meanDifference(set), 0));
  const far = sums.reduce((count, sum) => count + Number(Math.abs(sum) >= observed - EQUAL), 0);
  return (far + 1) / (DRAWS + 1);
}

/** Adds a mean difference of a set to each, with signs at random. */
function addDraws(sums: Float64Array, { benchmark, steps, unit }: PairedSet): void {
  const { probabilities, scale } = signFlips(steps);
  const last = probabilities.length - 1;
  const upTo = cumulative(probabilities);
  const words = new Uint32Array(DRAWS);
  fillXoshiro128(words, philox4x32([0, 0, ...sha256Words(benchmark)], [1, 0]));
  const starts = startsOf(upTo);
  for (let draw = 0; draw < DRAWS; draw++) {
    const word = words[draw] as number;
    let index = starts[word >>> (32 - START_BITS)] as number;
    while (index < last && (upTo[index] as number) <= word / 2 ** 32) index++;
    sums[draw] = (sums[draw] as number) + ((2 * index - last) * scale * unit) / steps.length;
  }
}

function cumulative(probabilities: Float64Array): Float64Array {
  let total = 0;
  return probabilities.map((each) => {
    total += each;
    return total;
  });
}

/**
 * Where to look for the first index whose cumulative probability is above a share, by the share's first bits: for most of
 * them it is there.
 */
function startsOf(upTo: Float64Array): Uint32Array {
  let index = 0;
  return Uint32Array.from({ length: 2 ** START_BITS }, (_, bits) => {
    while (index < upTo.length - 1 && (upTo[index] as number) <= bits / 2 ** START_BITS) index++;
    return index;
  });
}
