import { KnownError } from '../errors.ts';

export interface Choice {
  readonly token: number;
  /** Natural logarithm of the token's probability at the temperature, before top-p. */
  readonly logprob: number;
}

/**
 * Draws a token by inverse CDF: probabilities of logits / temperature in fp64, restricted by top-p, cumulated in
 * vocabulary order; the token is the first whose cumulated mass exceeds u times the total. The Python twin is
 * `trainer/engine/oneshot_engine/inverse_cdf.py`; `test/golden/inverse-cdf.json` binds them.
 *
 * @param logits - [V]
 * @param temperature - 0 takes the largest logit, the lowest token among equals
 * @param topP - keeps the most probable tokens, down to and including the one that brings their mass to topP;
 *   equal probabilities are taken in vocabulary order
 * @param u - in [0, 1)
 * @throws {KnownError} `logits-nonfinite` where a logit, or one over the temperature, is not finite
 */
export function inverseCdf(
  logits: Float32Array,
  { temperature, topP, u }: { temperature: number; topP: number; u: number },
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
  if (topP < 1) keepNucleus(masses, topP * total, total);
  const target = u * (topP < 1 ? sum(masses) : total);
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

function nonfinite(temperature: number): KnownError {
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

/** In fp64, so that it is finite where all of fp32 are. */
function sum(values: Float32Array | Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/**
 * Sets to 0 what the nucleus leaves out. Tokens below `floor` weigh less than `total - wanted` even all together, so
 * that the nucleus ends before the first of them: only the others, a few of a large vocabulary, are sorted.
 */
function keepNucleus(masses: Float64Array, wanted: number, total: number): void {
  const floor = (total - wanted) / masses.length;
  const order: number[] = [];
  for (let token = 0; token < masses.length; token++) {
    if ((masses[token] as number) >= floor) order.push(token);
    else masses[token] = 0;
  }
  order.sort((a, b) => (masses[b] as number) - (masses[a] as number) || a - b);
  let kept = 0;
  for (const token of order) {
    if (kept >= wanted) masses[token] = 0;
    else kept += masses[token] as number;
  }
}
