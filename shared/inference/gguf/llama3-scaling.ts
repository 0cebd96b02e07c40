import { inverseFrequencies } from '../graph/rotary.ts';
import type { Llama3Scaling } from '../model-config.ts';
import { unsupportedGguf } from './invalid-gguf.ts';

/** The tensor of what divides each rotary frequency; llama.cpp stores it in place of the numbers it was made from. */
export const ROPE_FACTORS = 'rope_freqs.weight';

/** Of every Llama 3; taken where the factors leave it open. */
const PLAIN = { lowFreqFactor: 1, highFreqFactor: 4, originalContext: 8192 } as const;
/** Relative; factors are fp32. */
const TOLERANCE = 1e-5;

/**
 * The numbers of `llama3` rope scaling that make these factors. Two of the three besides `factor` follow from them, since
 * stretching all three alike changes nothing: `lowFreqFactor` is taken as 1, which every published model has.
 *
 * @param factors - [headDim / 2], of the lowest frequency last
 * @returns `undefined` where they change no frequency
 * @throws {KnownError} `gguf-unsupported` where they are of no such scaling
 */
export function llama3Scaling(factors: Float32Array, theta: number): Llama3Scaling | undefined {
  if (factors.every((factor) => factor === 1)) return undefined;
  const plain = inverseFrequencies({ theta, llama3: undefined }, 2 * factors.length);
  const scaling = fitted(factors, plain);
  const made = inverseFrequencies({ theta, llama3: scaling }, 2 * factors.length);
  const isMade = factors.every((factor, i) => {
    const expected = (plain[i] as number) / (made[i] as number);
    return Math.abs(factor - expected) <= TOLERANCE * expected;
  });
  if (isMade) return scaling;
  throw unsupportedGguf(`factors of rotary frequencies (${ROPE_FACTORS}) that are not those of Llama 3`);
}

/**
 * Between the ends, 1 / factor goes from 1 / `factor` to 1 by a share that is a line in the frequency: it is
 * `originalContext · frequency / 2π - lowFreqFactor` over `highFreqFactor - lowFreqFactor`.
 */
function fitted(factors: Float32Array, frequencies: Float32Array): Llama3Scaling {
  const factor = Number(Math.max(...factors).toPrecision(6));
  const between = [...factors.entries()].filter(
    ([, value]) => value > 1 + TOLERANCE && value < factor * (1 - TOLERANCE),
  );
  const [first, last] = [between[0], between.at(-1)];
  if (!first || !last || first === last) return { factor, ...PLAIN };
  const share = (value: number) => (1 / value - 1 / factor) / (1 - 1 / factor);
  const turns = (i: number) => (frequencies[i] as number) / (2 * Math.PI);
  const slope = (share(last[1]) - share(first[1])) / (turns(last[0]) - turns(first[0]));
  const offset = share(first[1]) - slope * turns(first[0]);
  return {
    factor,
    lowFreqFactor: 1,
    highFreqFactor: Number((1 - 1 / offset).toPrecision(4)),
    originalContext: Math.round(-slope / offset),
  };
}
