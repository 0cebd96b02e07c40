/** An exact fraction. Not reduced: equality cross-multiplies, so nothing needs a greatest common divisor. */
export interface Rational {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

/** `numerator / denominator` with the sign moved to the numerator, or `null` for a zero denominator. */
export function divide(dividend: Rational, divisor: Rational): Rational | null {
  if (divisor.numerator === 0n) return null;
  const numerator = dividend.numerator * divisor.denominator;
  const denominator = dividend.denominator * divisor.numerator;
  return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
}

export function add(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function negate(value: Rational): Rational {
  return { numerator: -value.numerator, denominator: value.denominator };
}

/** `value · 10^exponent`, exactly. */
export function scaleByPowerOfTen(value: Rational, exponent: number): Rational {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent >= 0
    ? { numerator: value.numerator * power, denominator: value.denominator }
    : { numerator: value.numerator, denominator: value.denominator * power };
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

/** Whether `exact` lies strictly within half a unit of the last decimal place of `rounded`. */
export function roundsTo(exact: Rational, rounded: Rational, decimalPlaces: number): boolean {
  const difference = add(exact, negate(rounded));
  const units = scaleByPowerOfTen(difference, decimalPlaces);
  const distance = units.numerator < 0n ? -units.numerator : units.numerator;
  return 2n * distance < units.denominator;
}
