import type { Fuel } from '../fuel.ts';
import type { FunctionName, Node } from '../node/node.ts';
import {
  absolute,
  add,
  compareRationals,
  divide,
  floor,
  fraction,
  greatestCommonDivisor,
  integer,
  isInteger,
  multiply,
  negate,
  ONE,
  type Rational,
  reductionPrice,
  sizeInBits,
  subtract,
  ZERO,
} from '../node/rational.ts';
import { canonicalKey } from './canonical-key.ts';
import { determinant } from './determinant.ts';
import { NOWHERE, type Point, pointValue } from './point.ts';

/** Beyond it exact arithmetic gives way to balls. */
const MOST_BITS = 40_000;
/** Fractions are reduced at every step, whole numbers are not. */
const MOST_FRACTION_BITS = 2_000;
const MOST_FACTORIAL = 1_500n;
const MOST_TERMS = 2_000n;

/**
 * The value of an expression as a fraction.
 *
 * @param point - values of names, `null` for an expression that must have none
 * @returns `undefined` where the value is irrational, undefined, or too large
 * @throws {OutOfFuel}
 */
export function evaluateExactly(node: Node, point: Point | null, fuel: Fuel): Rational | undefined {
  fuel.spend(1);
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'symbol':
      return named(node.name, point);
    case 'opaque':
      return point === null ? undefined : named(canonicalKey(node, fuel), point);
    case 'sum':
      return foldExactly(node.terms, ZERO, add, point, fuel);
    case 'product':
      return foldExactly(node.factors, ONE, multiply, point, fuel);
    case 'power':
      return power(node.base, node.exponent, point, fuel);
    case 'call':
      return call(node.name, node.args, point, fuel);
    case 'percent': {
      const value = evaluateExactly(node.value, point, fuel);
      return value && divide(value, integer(100));
    }
    case 'degree':
    case 'quantity':
      return evaluateExactly(node.value, point, fuel);
    default:
      return undefined;
  }
}

function named(name: string, point: Point | null): Rational | undefined {
  if (point === null || !(point.bound.has(name) || point.names.includes(name))) return undefined;
  return pointValue(point, name);
}

function foldExactly(
  nodes: readonly Node[],
  start: Rational,
  combine: (a: Rational, b: Rational) => Rational,
  point: Point | null,
  fuel: Fuel,
): Rational | undefined {
  let total = start;
  for (const node of nodes) {
    const value = evaluateExactly(node, point, fuel);
    if (!value || isTooLarge(value) || isTooLarge(total)) return undefined;
    total = combine(total, value);
    fuel.spend((sizeInBits(total) >> 10) + reductionPrice(total));
  }
  return total;
}

function isTooLarge(value: Rational): boolean {
  return sizeInBits(value) > (value.denominator === 1n ? MOST_BITS : MOST_FRACTION_BITS);
}

function power(base: Node, exponent: Node, point: Point | null, fuel: Fuel): Rational | undefined {
  const n = evaluateExactly(exponent, point, fuel);
  if (!n) return undefined;
  const value = evaluateExactly(base, point, fuel);
  if (!value) return undefined;
  if (!isInteger(n)) return n.denominator < 64n ? rootedPower(value, n, fuel) : undefined;
  return integerPower(value, n.numerator, fuel);
}

function integerPower(value: Rational, exponent: bigint, fuel: Fuel): Rational | undefined {
  if (exponent < 0n) {
    const positive = integerPower(value, -exponent, fuel);
    return positive && divide(ONE, positive);
  }
  const bits = BigInt(sizeInBits(value)) * exponent;
  if (sizeInBits(value) > 1 && bits > (isInteger(value) ? MOST_BITS : MOST_FRACTION_BITS)) return undefined;
  if (sizeInBits(value) <= 1)
    return value.numerator === -1n && exponent % 2n === 0n ? ONE : exponent === 0n ? ONE : value;
  fuel.spend(Number(bits >> 8n));
  return { numerator: value.numerator ** exponent, denominator: value.denominator ** exponent };
}

/** `8^(2/3)`, where the root is exact. */
function rootedPower(value: Rational, exponent: Rational, fuel: Fuel): Rational | undefined {
  const root = exactRoot(value, exponent.denominator, fuel);
  return root && integerPower(root, exponent.numerator, fuel);
}

/** The real root of a perfect power. */
export function exactRoot(value: Rational, degree: bigint, fuel: Fuel): Rational | undefined {
  if (value.numerator < 0n && (degree & 1n) === 0n) return undefined;
  const numerator = integerRoot(value.numerator < 0n ? -value.numerator : value.numerator, degree, fuel);
  const denominator = integerRoot(value.denominator, degree, fuel);
  if (numerator === undefined || denominator === undefined) return undefined;
  return { numerator: value.numerator < 0n ? -numerator : numerator, denominator };
}

function integerRoot(value: bigint, degree: bigint, fuel: Fuel): bigint | undefined {
  if (value < 2n) return value;
  const bits = value.toString(16).length * 4;
  fuel.spend(4 + (bits >> 5));
  let guess = 1n << BigInt(Math.ceil(bits / Number(degree)));
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (next >= guess) break;
    fuel.spend(1 + (bits >> 8));
    guess = next;
  }
  return guess ** degree === value ? guess : undefined;
}

function call(
  name: FunctionName,
  args: readonly Node[],
  point: Point | null,
  fuel: Fuel,
): Rational | undefined {
  if (name === 'series-sum' || name === 'series-product') return series(name, args, point, fuel);
  if (name === 'det')
    return args[0]?.kind === 'matrix'
      ? determinant(args[0].rows, (cell) => evaluateExactly(cell, point, fuel), fuel)
      : undefined;
  const values: Rational[] = [];
  for (const arg of args) {
    const value = EXACT.has(name) ? evaluateExactly(arg, point, fuel) : undefined;
    if (!value) return undefined;
    values.push(value);
  }
  const [first, second] = values;
  return first && apply(name, first, second, values, fuel);
}

const EXACT: ReadonlySet<FunctionName> = new Set([
  'root',
  'abs',
  'floor',
  'ceil',
  'factorial',
  'double-factorial',
  'binomial',
  'gcd',
  'lcm',
  'min',
  'max',
  'mod',
  'real',
  'conjugate',
]);

function apply(
  name: FunctionName,
  first: Rational,
  second: Rational | undefined,
  values: readonly Rational[],
  fuel: Fuel,
): Rational | undefined {
  switch (name) {
    case 'root':
      return second && second.numerator > 0n && second.numerator < 64n
        ? exactRoot(first, second.numerator, fuel)
        : undefined;
    case 'abs':
      return absolute(first);
    case 'floor':
      return integer(floor(first));
    case 'ceil':
      return integer(-floor(negate(first)));
    case 'factorial':
      return productDown(first, 1n, fuel);
    case 'double-factorial':
      return productDown(first, 2n, fuel);
    case 'binomial':
      return second && binomial(first, second, fuel);
    case 'gcd':
      return values.reduce((a, b) => greatestCommonFraction(a, b));
    case 'lcm':
      return values.reduce((a, b) => leastCommonFraction(a, b));
    case 'min':
      return values.reduce((a, b) => (compareRationals(a, b) <= 0 ? a : b));
    case 'max':
      return values.reduce((a, b) => (compareRationals(a, b) >= 0 ? a : b));
    case 'mod':
      return second && remainder(first, second);
    default:
      return first;
  }
}

function productDown(value: Rational, step: bigint, fuel: Fuel): Rational | undefined {
  if (!isInteger(value) || value.numerator < 0n || value.numerator > MOST_FACTORIAL) return undefined;
  let total = 1n;
  for (let k = value.numerator; k > 1n; k -= step) total *= k;
  fuel.spend(Number(value.numerator) * 2);
  return integer(total);
}

function binomial(n: Rational, k: Rational, fuel: Fuel): Rational | undefined {
  if (!isInteger(n) || !isInteger(k) || n.numerator < 0n || n.numerator > 20_000n) return undefined;
  const [top, taken] = [n.numerator, k.numerator];
  if (taken < 0n || taken > top) return ZERO;
  const smaller = taken * 2n > top ? top - taken : taken;
  if (smaller > MOST_FACTORIAL) return undefined;
  fuel.spend(Number(smaller) * 2);
  let total = 1n;
  for (let i = 1n; i <= smaller; i += 1n) total = (total * (top - smaller + i)) / i;
  return integer(total);
}

/** Largest fraction that divides both into whole numbers. */
function greatestCommonFraction(a: Rational, b: Rational): Rational {
  const numerator = greatestCommonDivisor(a.numerator * b.denominator, b.numerator * a.denominator);
  return fraction(numerator, a.denominator * b.denominator) ?? ZERO;
}

function leastCommonFraction(a: Rational, b: Rational): Rational {
  const common = greatestCommonFraction(a, b);
  return absolute(divide(multiply(a, b), common) ?? ZERO);
}

function remainder(value: Rational, divisor: Rational): Rational | undefined {
  const ratio = divide(value, divisor);
  return ratio && subtract(value, multiply(divisor, integer(floor(ratio))));
}

function series(name: string, args: readonly Node[], point: Point | null, fuel: Fuel): Rational | undefined {
  const [body, variable, from, to] = args;
  if (!body || variable?.kind !== 'symbol' || !from || !to) return undefined;
  const [first, last] = [evaluateExactly(from, point, fuel), evaluateExactly(to, point, fuel)];
  if (!first || !last || !isInteger(first) || !isInteger(last)) return undefined;
  if (last.numerator - first.numerator > MOST_TERMS) return undefined;
  const names = point ?? NOWHERE;
  let total = name === 'series-sum' ? ZERO : ONE;
  for (let k = first.numerator; k <= last.numerator; k += 1n) {
    const term = evaluateExactly(body, { ...names, bound: new Map(names.bound).set(variable.name, k) }, fuel);
    if (!term) return undefined;
    total = name === 'series-sum' ? add(total, term) : multiply(total, term);
    if (sizeInBits(total) > MOST_FRACTION_BITS) return undefined;
    fuel.spend(reductionPrice(total));
  }
  return total;
}
