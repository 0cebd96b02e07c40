import type { Node, NumberNode } from './node.ts';
import { add, divide, integer, isInteger, multiply, negate, powerOfTen, type Rational } from './rational.ts';

/** Constructors that keep numbers folded where the folding is exact and loses nothing that a policy needs. */

export function exact(value: Rational | number | bigint): NumberNode {
  const rational = typeof value === 'object' ? value : integer(value);
  return { kind: 'number', value: rational, decimals: null, digits: 0 };
}

export const MINUS_ONE = exact(-1);

export function negated(node: Node): Node {
  if (node.kind === 'number') return { ...node, value: negate(node.value) };
  if (node.kind === 'percent' || node.kind === 'degree' || node.kind === 'quantity') {
    return { ...node, value: negated(node.value) };
  }
  return product([MINUS_ONE, node]);
}

export function sum(terms: readonly Node[]): Node {
  const [only] = terms;
  return terms.length === 1 && only ? only : { kind: 'sum', terms };
}

/** `4.5 · 10^33` becomes one number that remembers its two digits. */
export function product(factors: readonly Node[]): Node {
  const [first, second] = factors;
  if (factors.length === 1 && first) return first;
  const scientific = factors.length === 2 && first && second ? scientificNumber(first, second) : undefined;
  return scientific ?? { kind: 'product', factors };
}

export function quotient(dividend: Node, divisor: Node): Node {
  return product([dividend, { kind: 'power', base: divisor, exponent: MINUS_ONE }]);
}

export function squareRoot(value: Node): Node {
  return { kind: 'call', name: 'root', args: [value, exact(2)] };
}

/** `whole + part` of a mixed number such as `1\frac{4}{5}`; the sign of the whole is the sign of both. */
export function mixedNumber(
  whole: NumberNode,
  numerator: NumberNode,
  denominator: NumberNode,
): Node | undefined {
  const part = divide(numerator.value, denominator.value);
  if (!part) return undefined;
  return exact(whole.value.numerator < 0n ? add(whole.value, negate(part)) : add(whole.value, part));
}

function scientificNumber(mantissa: Node, scale: Node): Node | undefined {
  if (mantissa.kind !== 'number' || mantissa.decimals === null) return undefined;
  if (scale.kind !== 'power' || scale.base.kind !== 'number' || scale.exponent.kind !== 'number')
    return undefined;
  const exponent = Number(scale.exponent.value.numerator);
  const tens = scale.base.value.numerator === 10n && isInteger(scale.base.value);
  if (!tens || !isInteger(scale.exponent.value) || Math.abs(exponent) > 400) return undefined;
  return {
    kind: 'number',
    value: multiply(mantissa.value, powerOfTen(exponent)),
    decimals: mantissa.decimals - exponent,
    digits: mantissa.digits,
  };
}
