import { Decimal } from 'decimal.js';
import type { Precision, Reals } from '../../ports/precision.ts';

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

/** Bits of a double, in decimal digits. */
const DIGITS_OF_DOUBLES = 15;

/**
 * From the double's arctangent `a`, with the series of `atan((x − tan a) / (1 + x·tan a))`, whose argument is tiny;
 * decimal.js halves the argument many times instead, which takes five times as long.
 */
function arctangent(value: Decimal, Numbers: typeof Decimal, digits: number): Decimal {
  const size = Math.abs(value.toNumber());
  if (size < 1e-5 || size > 1e5) return value.atan();
  const start = new Numbers(Math.atan(value.toNumber()));
  const tangent = start.sin().div(start.cos());
  const rest = value.minus(tangent).div(value.times(tangent).plus(1));
  const square = rest.times(rest).neg();
  let [term, sum] = [rest, rest];
  for (let n = 3; (n - 5) * DIGITS_OF_DOUBLES < digits; n += 2) {
    term = term.times(square);
    sum = sum.plus(term.div(n));
  }
  return start.plus(sum);
}

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
    arctangent: (value) => arctangent(value, Numbers, digits),
  };
}
