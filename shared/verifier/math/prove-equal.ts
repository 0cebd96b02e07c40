import { Fuel, OutOfFuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { type Fraction, type Kernel, Seen } from './kernels.ts';
import { normalForm } from './normal-form.ts';
import { NoNormalForm, Normalizer, type Settings } from './normalizer.ts';
import { constantOf, contentOf, generatorsOf } from './polynomial.ts';

/** `different`: as polynomials in what nothing else relates. */
export type Proof = 'equal' | 'different' | 'none';

/** What one proof may cost; a short one costs a hundredth. */
const MOST_FUEL = 15_000;
/** Looks at both sides: one to see what they share, one to use it, one for what that brought up. */
const LOOKS = 3;

/**
 * Proves that two expressions are equal wherever both are defined, by bringing both to quotients of polynomials in
 * kernels: letters, and functions of what is in this form itself. Relations between kernels are those of roots, sines
 * and cosines, exponentials, absolute values and `i`.
 *
 * @throws {OutOfFuel} when the fuel of the whole verdict is spent
 */
export function proveEqual(a: Node, b: Node, settings: Settings): Proof {
  const fuel = new Fuel(MOST_FUEL);
  try {
    return proof(a, b, { ...settings, fuel });
  } catch (error) {
    if (error instanceof OutOfFuel || error instanceof NoNormalForm) return 'none';
    throw error;
  } finally {
    settings.fuel.spend(fuel.spent);
  }
}

function proof(a: Node, b: Node, settings: Settings): Proof {
  const seen = new Seen();
  for (let look = 0; look < LOOKS; look += 1) {
    seen.grown = false;
    const normal = new Normalizer(settings, seen, normalForm);
    const [left, right] = [normal.of(a), normal.of(b)];
    if (seen.grown) continue;
    return outcome(left, right, normal);
  }
  return 'none';
}

function outcome(left: Fraction, right: Fraction, normal: Normalizer): Proof {
  const { fuel, kernels } = normal;
  if ([left, right].some(({ bottom }) => kernels.isZero(bottom, fuel))) return 'none';
  const difference = kernels.reduced(normal.add(left, normal.negate(right)).top, fuel);
  if (difference.size === 0) return 'equal';
  const { powers, rest } = contentOf(difference);
  const factors = powers.map(([index]) => kernels.at(index));
  const terms = [...generatorsOf(rest)].map((index) => kernels.at(index));
  return factors.every(isNeverZero) && terms.every(isIndependent) ? 'different' : 'none';
}

/** No function that is 0 everywhere. */
function isNeverZero({ kind }: Kernel): boolean {
  return kind !== 'other';
}

/**
 * No relation holds between kernels of these kinds but those that were used: letters, π, roots of primes, powers of e
 * and sines with different exponents and angles.
 */
function isIndependent({ kind, argument }: Kernel): boolean {
  if (kind === 'root') return argument === undefined;
  if (kind === 'exponential') return argument !== undefined && constantOf(argument.bottom) !== undefined;
  return kind === 'name' || kind === 'constant' || kind === 'circular';
}
