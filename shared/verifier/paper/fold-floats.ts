import type { Fuel } from '../fuel.ts';
import { canonicalKey } from '../math/canonical-key.ts';
import { evaluateExactly } from '../math/evaluate-exactly.ts';
import { childrenOf } from '../node/children-of.ts';
import { exact } from '../node/make-node.ts';
import { mapChildren } from '../node/map-children.ts';
import type { Node, NumberNode } from '../node/node.ts';
import { add, divide, isInteger, multiply, type Rational } from '../node/rational.ts';
import { roundToBits, squareRootToBits } from './binary-float.ts';

/** A `Float` of sympy has the digits it was written with, but at least these. */
const LEAST_DIGITS = 15;
const MOST_DIGITS = 1_000;

/**
 * Does arithmetic on decimals as sympy does: in binary floating point and from left to right. There `0.1 + 0.2` is not
 * `0.3`, but `2.0/3` is `2/3`. Nothing is computed where no number has a decimal point.
 *
 * @throws {OutOfFuel}
 */
export function foldFloats(node: Node, fuel: Fuel): Node {
  const floats = floatsOf(node);
  const computes = floats.length > 0 && floats.every(({ digits }) => digits <= MOST_DIGITS);
  return computes ? folded(node, fuel) : node;
}

function floatsOf(node: Node): readonly NumberNode[] {
  if (node.kind === 'number') return isFloat(node) ? [node] : [];
  return childrenOf(node).flatMap(floatsOf);
}

function isFloat(node: NumberNode): boolean {
  return node.decimals !== null;
}

function folded(node: Node, fuel: Fuel): Node {
  fuel.spend(1);
  if (node.kind === 'sum') return foldedSum(node.terms, fuel);
  if (node.kind === 'product') return foldedProduct(node.factors, fuel);
  const inner = mapChildren(node, (child) => folded(child, fuel));
  if (inner.kind === 'power') return powered(inner.base, inner.exponent, fuel) ?? inner;
  if (inner.kind !== 'call') return inner;
  if (inner.name === 'root') return rooted(inner.args) ?? inner;
  return inner.name === 'real' && inner.args[0]?.kind === 'number' ? inner.args[0] : inner;
}

/** A coefficient and what it multiplies, which is nothing in a number. */
interface Term {
  readonly coefficient: NumberNode;
  readonly factors: readonly Node[];
}

function foldedSum(terms: readonly Node[], fuel: Fuel): Node {
  const collected = new Map<string, Term>();
  for (const term of terms.map((each) => folded(each, fuel)).flatMap(termsOf)) {
    const { coefficient, factors } = asTerm(term);
    const key = factors.length === 0 ? '' : canonicalKey(asProduct({ coefficient: exact(1), factors }), fuel);
    const before = collected.get(key)?.coefficient ?? exact(0);
    collected.set(key, { coefficient: plus(before, coefficient), factors });
  }
  const left = [...collected.values()].filter(({ coefficient }) => coefficient.value.numerator !== 0n);
  if (left.length === 0) return exact(0);
  const [first, ...others] = left.map(asProduct) as [Node, ...Node[]]; // one or more
  return others.length === 0 ? first : { kind: 'sum', terms: [first, ...others] };
}

function termsOf(node: Node): readonly Node[] {
  return node.kind === 'sum' ? node.terms : [node];
}

function asTerm(node: Node): Term {
  if (node.kind === 'number') return { coefficient: node, factors: [] };
  const [first, ...others] = node.kind === 'product' ? node.factors : [];
  if (first?.kind === 'number') return { coefficient: first, factors: others };
  return { coefficient: exact(1), factors: node.kind === 'product' ? node.factors : [node] };
}

function asProduct({ coefficient, factors }: Term): Node {
  const [only] = factors;
  if (only === undefined) return coefficient;
  const isOne = !isFloat(coefficient) && coefficient.value.numerator === coefficient.value.denominator;
  if (!isOne) return { kind: 'product', factors: [coefficient, ...factors] };
  return factors.length === 1 ? only : { kind: 'product', factors };
}

/** sympy multiplies an exact coefficient into a lone sum at once. */
function foldedProduct(factors: readonly Node[], fuel: Fuel): Node {
  let product: Term = { coefficient: exact(1), factors: [] };
  for (const factor of factors) {
    const divisor = product.factors.length === 0 ? divisorOf(factor, fuel) : undefined;
    product = divisor
      ? { coefficient: over(product.coefficient, divisor), factors: [] }
      : timesTerm(product, asTerm(folded(factor, fuel)));
  }
  const { coefficient, factors: others } = product;
  const [only] = others;
  if (others.length !== 1 || only?.kind !== 'sum' || isFloat(coefficient)) return asProduct(product);
  const terms = only.terms.map((term): Node => ({ kind: 'product', factors: [coefficient, term] }));
  return foldedSum(terms, fuel);
}

function timesTerm(a: Term, b: Term): Term {
  return { coefficient: times(a.coefficient, b.coefficient), factors: [...a.factors, ...b.factors] };
}

/** The number that a factor divides by. */
function divisorOf(factor: Node, fuel: Fuel): NumberNode | undefined {
  if (factor.kind !== 'power' || !isExactly(factor.exponent, -1n)) return undefined;
  const base = folded(factor.base, fuel);
  return base.kind === 'number' && base.value.numerator !== 0n ? base : undefined;
}

function isExactly(node: Node | undefined, value: bigint): boolean {
  return node?.kind === 'number' && isInteger(node.value) && node.value.numerator === value;
}

function powered(base: Node, exponent: Node, fuel: Fuel): NumberNode | undefined {
  if (base.kind !== 'number' || exponent.kind !== 'number' || !isInteger(exponent.value)) return undefined;
  const power = evaluateExactly({ kind: 'power', base: exact(binaryOf(base)), exponent }, null, fuel);
  return power && (isFloat(base) ? float(power, base.digits) : exact(power));
}

/** Roots of whole numbers and fractions stay roots. */
function rooted([radicand, degree]: readonly Node[]): NumberNode | undefined {
  if (radicand?.kind !== 'number' || !isFloat(radicand) || radicand.value.numerator < 0n) return undefined;
  if (!isExactly(degree, 2n)) return undefined;
  return float(squareRootToBits(binaryOf(radicand), bitsOf(radicand.digits)), radicand.digits);
}

function plus(a: NumberNode, b: NumberNode): NumberNode {
  return computed(a, b, add);
}

function times(a: NumberNode, b: NumberNode): NumberNode {
  return computed(a, b, multiply);
}

/** A fraction is divided by a decimal by way of the reciprocal. */
function over(a: NumberNode, b: NumberNode): NumberNode {
  const quotient = (x: Rational, y: Rational) => divide(x, y) as Rational; // no divisor is 0
  return isFloat(b) && !isFloat(a) ? times(a, computed(exact(1), b, quotient)) : computed(a, b, quotient);
}

function computed(
  a: NumberNode,
  b: NumberNode,
  operation: (x: Rational, y: Rational) => Rational,
): NumberNode {
  if (!isFloat(a) && !isFloat(b)) return exact(operation(a.value, b.value));
  const digits = Math.max(isFloat(a) ? a.digits : 0, isFloat(b) ? b.digits : 0);
  const operand = (node: NumberNode) =>
    isFloat(node) ? binaryOf(node) : roundToBits(node.value, bitsOf(digits));
  return float(operation(operand(a), operand(b)), digits);
}

function float(value: Rational, digits: number): NumberNode {
  return { kind: 'number', value: roundToBits(value, bitsOf(digits)), decimals: 0, digits };
}

function binaryOf(node: NumberNode): Rational {
  return isFloat(node) ? roundToBits(node.value, bitsOf(node.digits)) : node.value;
}

/** Bits of the significand: 53 for 15 digits. @see `dps_to_prec` of mpmath */
function bitsOf(digits: number): number {
  return Math.round((Math.max(LEAST_DIGITS, digits) + 1) * Math.log2(10));
}
