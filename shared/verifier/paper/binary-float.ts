import type { Rational } from '../node/rational.ts';

/**
 * The nearest number with so many significant bits, of two the even one, as binary floating point rounds; there is no
 * smallest and no largest one.
 */
export function roundToBits(value: Rational, bits: number): Rational {
  const magnitude = value.numerator < 0n ? -value.numerator : value.numerator;
  if (magnitude === 0n) return value;
  const shift = bits + 2 + bitLength(value.denominator) - bitLength(magnitude);
  const [dividend, divisor] = scaled(magnitude, value.denominator, shift);
  const quotient = dividend / divisor;
  const rounded = roundedTo(bits, {
    digits: quotient,
    isExact: quotient * divisor === dividend,
    exponent: -shift,
  });
  return value.numerator < 0n ? { ...rounded, numerator: -rounded.numerator } : rounded;
}

/** The square root of a number of at least 0, rounded alike. */
export function squareRootToBits(value: Rational, bits: number): Rational {
  if (value.numerator === 0n) return value;
  const half = bits + 2 + Math.ceil(Math.abs(bitLength(value.denominator) - bitLength(value.numerator)) / 2);
  const [dividend, divisor] = scaled(value.numerator, value.denominator, 2 * half);
  const square = dividend / divisor;
  const digits = integerRoot(square);
  const isExact = digits * digits === square && square * divisor === dividend;
  return roundedTo(bits, { digits, isExact, exponent: -half });
}

/** Both halves of a fraction times 2^shift. */
function scaled(numerator: bigint, denominator: bigint, shift: number): readonly [bigint, bigint] {
  return shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)];
}

/** `digits · 2^exponent`, and a little more where that is not exact. */
interface Truncated {
  readonly digits: bigint;
  readonly isExact: boolean;
  readonly exponent: number;
}

function roundedTo(bits: number, { digits, isExact, exponent }: Truncated): Rational {
  const surplus = BigInt(bitLength(digits) - bits);
  const kept = digits >> surplus;
  const rest = digits - (kept << surplus);
  const half = 1n << (surplus - 1n);
  const isUp = rest > half || (rest === half && (!isExact || kept % 2n === 1n));
  return timesPowerOfTwo(isUp ? kept + 1n : kept, exponent + Number(surplus));
}

function timesPowerOfTwo(digits: bigint, exponent: number): Rational {
  if (exponent >= 0) return { numerator: digits << BigInt(exponent), denominator: 1n };
  let [numerator, halvings] = [digits, -exponent];
  for (; halvings > 0 && numerator % 2n === 0n; halvings -= 1) numerator /= 2n;
  return { numerator, denominator: 1n << BigInt(halvings) };
}

/** The largest integer whose square is not above the value; Newton's steps from above. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
