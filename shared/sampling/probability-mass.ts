/** Bits of the table; a step of it is a factor of 2^(-1 / 2048). */
const BITS = 11;
const STEPS = 2 ** BITS;
const MASK = STEPS - 1;
/** 2^(-i / 2048), and 2^-i down to where results are 0. */
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, i) => 2 ** (-i / STEPS));
const POWERS = Float64Array.from({ length: 1100 }, (_, i) => 2 ** -i);
const STEPS_PER_UNIT = STEPS * Math.LOG2E;
/** A step in units of x, ln 2 / 2048, in two parts: products of the first with small integers are exact. */
const STEP_HIGH = 0.6931471803691238 / STEPS;
const STEP_LOW = 1.9082149292705877e-10 / STEPS;
/** Below it exp is 0. */
const NOTHING = -745.1332191019411;

/**
 * exp(x) of x ≤ 0: the mass of a token whose logit over the temperature is so much less than the largest. To 2^-52 of the result,
 * by a table and a polynomial, without a branch that depends on x: `Math.exp` takes nearly twice as long.
 */
export function probabilityMass(x: number): number {
  if (x < NOTHING) return 0;
  const steps = (0.5 - x * STEPS_PER_UNIT) | 0;
  const rest = x + steps * STEP_HIGH + steps * STEP_LOW;
  const fraction = FRACTIONS[steps & MASK] as number;
  const mass = fraction + fraction * (rest * (1 + rest * (0.5 + rest * (1 / 6 + rest * (1 / 24)))));
  return mass * (POWERS[steps >> BITS] as number);
}

/**
 * Fills in the masses of logits over a scale, less a shift that is the largest of them. In a function of its own, in which the
 * one above becomes part of the loop.
 *
 * @returns their sum, in vocabulary order
 */
export function fillMasses(
  masses: Float64Array,
  logits: Float32Array,
  { scale, shift }: { readonly scale: number; readonly shift: number },
): number {
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const mass = probabilityMass((logits[i] as number) / scale - shift);
    masses[i] = mass;
    total += mass;
  }
  return total;
}
