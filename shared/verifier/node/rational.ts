/** An exact fraction in lowest terms. */
export interface Rational {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

export function integer(value: bigint | number): Rational {
  return { numerator: BigInt(value), denominator: 1n };
}

/** @returns `undefined` for a zero denominator */
export function fraction(numerator: bigint, denominator: bigint): Rational | undefined {
  if (denominator === 0n) return undefined;
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function add(a: Rational, b: Rational): Rational {
  if (a.denominator === 1n && b.denominator === 1n) return integer(a.numerator + b.numerator);
  return reduced(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  if (a.denominator === 1n && b.denominator === 1n) return integer(a.numerator * b.numerator);
  return reduced(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @returns `undefined` for a zero divisor */
export function divide(a: Rational, b: Rational): Rational | undefined {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function negate(value: Rational): Rational {
  return { numerator: -value.numerator, denominator: value.denominator };
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

export function absolute(value: Rational): Rational {
  return value.numerator < 0n ? negate(value) : value;
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareRationals(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isInteger(value: Rational): boolean {
  return value.denominator === 1n;
}

/** Largest integer not above the value. */
export function floor({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** `10^exponent` for an integer exponent of either sign. */
export function powerOfTen(exponent: number): Rational {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent >= 0 ? integer(power) : { numerator: 1n, denominator: power };
}

/** The nearest double, also where numerator and denominator are beyond its range; ±Infinity beyond it. */
export function toNumber({ numerator, denominator }: Rational): number {
  const quotient = Number(numerator) / Number(denominator);
  if (Number.isFinite(quotient) && (quotient !== 0 || numerator === 0n)) return quotient;
  const shift = bitLength(numerator) - bitLength(denominator) - 64;
  const scaled =
    shift >= 0 ? numerator / (denominator << BigInt(shift)) : (numerator << BigInt(-shift)) / denominator;
  return Number(scaled) * 2 ** shift;
}

/** Fuel for reducing a fraction of that size: Euclid's steps are quadratic in it, whole numbers need none. */
export function reductionPrice(value: Rational): number {
  return value.denominator === 1n ? 0 : 3 * (sizeInBits(value) >> 6) ** 2;
}

/** Bits of the larger of numerator and denominator: what exact arithmetic on the value costs. */
export function sizeInBits({ numerator, denominator }: Rational): number {
  return Math.max(bitLength(numerator), bitLength(denominator));
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function reduced(numerator: bigint, denominator: bigint): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude < 0x1_0000_0000n
    ? Math.ceil(Math.log2(Number(magnitude) + 1))
    : magnitude.toString(16).length * 4;
}
