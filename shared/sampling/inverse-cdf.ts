import { KnownError } from '../errors.ts';
import type { Restriction } from '../ports/generator.ts';
import { fillMasses } from './probability-mass.ts';
import { restrictMasses } from './restrict-masses.ts';

export interface Choice {
  readonly token: number;
  /** Natural logarithm of the token's probability at the temperature, before it is restricted. */
  readonly logprob: number;
}

/**
 * Draws a token by inverse CDF: probabilities of logits / temperature in fp64, restricted as asked, cumulated in
 * vocabulary order; the token is the first whose cumulated mass exceeds u times the total. The Python twin, which knows top-p
 * alone, is `trainer/engine/oneshot_engine/inverse_cdf.py`; `test/golden/inverse-cdf.json` binds them.
 *
 * @param logits - [V]
 * @param temperature - 0 takes the largest logit, the lowest token among equals
 * @param u - in [0, 1)
 * @throws {KnownError} `logits-nonfinite` where a logit, or one over the temperature, is not finite
 */
export function inverseCdf(
  logits: Float32Array,
  { temperature, u, ...restriction }: Restriction & { readonly temperature: number; readonly u: number },
): Choice {
  const scale = temperature === 0 ? 1 : temperature;
  const best = mostProbable(logits, temperature);
  const shift = (logits[best] as number) / scale;
  if (!Number.isFinite(shift)) throw nonfinite(temperature);
  const masses = massesFor(logits.length);
  const total = fillMasses(masses, logits, { scale, shift });
  const logprob = (token: number) => (logits[token] as number) / scale - shift - Math.log(total);
  if (temperature === 0) return { token: best, logprob: logprob(best) };
  const target = u * restrictMasses(masses, total, restriction);
  let cumulated = 0;
  let last = best;
  for (let token = 0; token < masses.length; token++) {
    const mass = masses[token] as number;
    cumulated += mass;
    if (mass > 0) last = token;
    if (cumulated > target) return { token, logprob: logprob(token) };
  }
  // u·total can round up to the total itself; the last token with any mass is the one that was meant.
  return { token: last, logprob: logprob(last) };
}

/**
 * The token with the largest logit, the lowest among equals: what temperature 0 takes. Without the logarithm of its
 * probability, for which every token's must be known, that takes a tenth of the time.
 *
 * @param temperature - for the error
 * @throws {KnownError} `logits-nonfinite`
 */
export function mostProbable(logits: Float32Array, temperature = 0): number {
  let best = 0;
  let total = 0; // in fp64, so that it is finite where all of fp32 are
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number;
    total += logit;
    if (logit > (logits[best] as number)) best = i;
  }
  if (!Number.isFinite(total)) throw nonfinite(temperature);
  return best;
}

let kept = new Float64Array(0);

/** Memory that the next call writes over: a new one each time took a fifth of it, most of that for pages of zeros. */
function massesFor(count: number): Float64Array {
  if (kept.length !== count) kept = new Float64Array(count);
  return kept;
}

/** The error of logits that are no numbers, or none over the temperature. */
export function nonfinite(temperature: number): KnownError {
  return new KnownError(
    'logits-nonfinite',
    `The model's logits over the temperature ${temperature} are not finite. Its weights are damaged or its training ` +
      'diverged: evaluate an earlier checkpoint, or fetch the model again.',
  );
}
