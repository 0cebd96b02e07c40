import { KnownError } from '../errors.ts';
import type { Restriction } from '../ports/generator.ts';
import { restrictMasses, sum } from './restrict-masses.ts';

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
  const best = argmax(logits);
  const shift = (logits[best] as number) / scale;
  if (!Number.isFinite(sum(logits)) || !Number.isFinite(shift)) throw nonfinite(temperature);
  const masses = new Float64Array(logits.length); // Float64Array.from with a function takes four times as long
  for (let i = 0; i < masses.length; i++) masses[i] = Math.exp((logits[i] as number) / scale - shift);
  const total = sum(masses);
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

/** The error of logits that are no numbers, or none over the temperature. */
export function nonfinite(temperature: number): KnownError {
  return new KnownError(
    'logits-nonfinite',
    `The model's logits over the temperature ${temperature} are not finite. Its weights are damaged or its training ` +
      'diverged: evaluate an earlier checkpoint, or fetch the model again.',
  );
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
