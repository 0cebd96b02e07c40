import { floor, integer, isInteger, ONE, type Rational, subtract, ZERO } from '../node/rational.ts';
import type { Fraction } from './kernels.ts';
import { NoNormalForm, type Normalizer, number, smallInteger } from './normalizer.ts';
import { constantOf } from './polynomial.ts';

/** Factors more than that are not written out. */
const MOST_STEPS = 24;
const MOST_FACTORIAL = 300n;

/** `(n + 2)!` is `(n + 2)(n + 1)·n!`. */
export function factorialOf(value: Fraction, normal: Normalizer): Fraction {
  const known = normal.valueOf(value);
  if (known) return factorialOfNumber(known);
  const whole = integer(floor(constantTerm(value, normal)));
  const steps = smallInteger(whole);
  if (Math.abs(steps) > MOST_STEPS) throw new NoNormalForm();
  const base = normal.add(value, number(subtract(ZERO, whole)));
  const kernel = normal.kernel(`factorial ${normal.textOf(base)}`, { kind: 'other', positive: true });
  const factors = (from: number, to: number): Fraction => {
    let product = number(ONE);
    for (let step = from; step <= to; step += 1)
      product = normal.multiply(product, normal.add(base, number(integer(step))));
    return product;
  };
  return steps >= 0
    ? normal.multiply(kernel, factors(1, steps))
    : normal.divide(kernel, factors(steps + 1, 0));
}

function constantTerm(value: Fraction, normal: Normalizer): Rational {
  const { top, bottom } = normal.simplified(value);
  return constantOf(bottom) ? (top.get('')?.coefficient ?? ZERO) : ZERO;
}

function factorialOfNumber(value: Rational): Fraction {
  if (!isInteger(value) || value.numerator < 0n || value.numerator > MOST_FACTORIAL) throw new NoNormalForm();
  let product = 1n;
  for (let factor = 2n; factor <= value.numerator; factor += 1n) product *= factor;
  return number(integer(product));
}

/** `n·(n − 1)···/k!` for a number k, else a quotient of factorials. */
export function binomialOf(n: Fraction, k: Fraction, normal: Normalizer): Fraction {
  const taken = normal.valueOf(k);
  if (taken) {
    if (!isInteger(taken)) throw new NoNormalForm();
    if (taken.numerator < 0n) return number(ZERO);
    if (taken.numerator <= MOST_STEPS) return fallingOver(n, Number(taken.numerator), normal);
  }
  const rest = normal.valueOf(normal.add(n, normal.negate(k)));
  if (rest && isInteger(rest) && rest.numerator >= 0n && rest.numerator <= MOST_STEPS)
    return fallingOver(n, Number(rest.numerator), normal);
  if (normal.valueOf(n)) throw new NoNormalForm();
  const below = normal.multiply(factorialOf(k, normal), factorialOf(normal.add(n, normal.negate(k)), normal));
  return normal.divide(factorialOf(n, normal), below);
}

function fallingOver(n: Fraction, taken: number, normal: Normalizer): Fraction {
  let product = number(ONE);
  for (let step = 0; step < taken; step += 1) {
    const factor = normal.add(n, number(integer(-step)));
    product = normal.multiply(
      product,
      normal.multiply(factor, number({ numerator: 1n, denominator: BigInt(step + 1) })),
    );
  }
  return product;
}
