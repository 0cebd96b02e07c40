import { Decimal } from 'decimal.js';
import type { Precision, Reals } from '#shared/ports/precision.ts';

/** Digits carried beyond those asked for. */
const GUARD_DIGITS = 5;

const cache = new Map<number, Reals<Decimal>>();

/** High precision by decimal.js; one arithmetic for each number of digits is kept. */
export const decimalPrecision: Precision = {
  reals(digits) {
    const known = cache.get(digits) ?? realsOf(digits);
    cache.set(digits, known);
    return known as Reals<unknown>; // values never leave the arithmetic that made them
  },
};

function realsOf(digits: number): Reals<Decimal> {
  const Numbers = Decimal.clone({ precision: digits + GUARD_DIGITS, modulo: Decimal.EUCLID });
  return {
    epsilon: 10 ** -digits,
    pi: Numbers.acos(-1),
    fromRational: (numerator, denominator) =>
      denominator === 1n
        ? new Numbers(String(numerator))
        : new Numbers(String(numerator)).div(String(denominator)),
    toNumber: (value) => value.toNumber(),
    add: (a, b) => a.plus(b),
    subtract: (a, b) => a.minus(b),
    multiply: (a, b) => a.times(b),
    divide: (a, b) => a.div(b),
    negate: (value) => value.neg(),
    sign: (value) => value.cmp(0),
    floor: (value) => value.floor(),
    squareRoot: (value) => value.sqrt(),
    exponential: (value) => value.exp(),
    logarithm: (value) => value.ln(),
    sine: (value) => value.sin(),
    cosine: (value) => value.cos(),
    arctangent: (value) => value.atan(),
  };
}
