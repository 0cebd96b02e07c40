import type { Fuel } from '../fuel.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { isInteger, type Rational } from '../node/rational.ts';
import type { Ball, Balls } from './ball.ts';
import { canonicalKey } from './canonical-key.ts';
import { elementary } from './elementary.ts';
import { evaluateExactly } from './evaluate-exactly.ts';
import { type Point, pointValue } from './point.ts';

/** What an evaluation needs besides the expression. */
export interface Evaluation<T> {
  readonly balls: Balls<T>;
  readonly point: Point;
  readonly fuel: Fuel;
  /** What one operation costs. */
  readonly price: number;
  /** What a root, a logarithm or the like costs. */
  readonly functionPrice: number;
  /** What a bare `log` means. */
  readonly logarithm: 'natural' | 'decimal';
}

/** The value of an expression at a point, or `null` where it is undefined or beyond the arithmetic's range. */
export function evaluate<T>(node: Node, at: Evaluation<T>): Ball<T> | null {
  at.fuel.spend(at.price);
  switch (node.kind) {
    case 'number':
      return at.balls.rational(node.value.numerator, node.value.denominator);
    case 'constant':
      return constant(node.name, at);
    case 'symbol':
      return pointBall(node.name, at);
    case 'opaque':
      return pointBall(canonicalKey(node, at.fuel), at);
    case 'sum':
      return fold(node.terms, at, (a, b) => at.balls.add(a, b));
    case 'product':
      return fold(node.factors, at, (a, b) => at.balls.multiply(a, b));
    case 'power':
      return power(node.base, node.exponent, at);
    case 'call':
      return call(node.name, node.args, at);
    case 'percent':
      return hundredth(evaluate(node.value, at), at);
    case 'degree':
    case 'quantity':
      return evaluate(node.value, at);
    case 'ratio':
    case 'based':
    case 'plus-minus':
    case 'group':
    case 'list':
    case 'relation':
    case 'set-operation':
    case 'matrix':
    case 'conditional':
    case 'piecewise':
    case 'text':
      return null;
    default:
      return node satisfies never;
  }
}

function constant<T>(name: string, at: Evaluation<T>): Ball<T> | null {
  if (name === 'pi') return at.balls.pi;
  if (name === 'i') return at.balls.i;
  if (name === 'infinity') return null;
  const one = at.balls.rational(1n, 1n);
  return one && at.balls.exponential({ ...one, grain: 1 });
}

function pointBall<T>(name: string, at: Evaluation<T>): Ball<T> | null {
  const { numerator, denominator } = pointValue(at.point, name);
  return at.balls.place(numerator, denominator);
}

function fold<T>(
  nodes: readonly Node[],
  at: Evaluation<T>,
  combine: (a: Ball<T>, b: Ball<T>) => Ball<T> | null,
): Ball<T> | null {
  let total: Ball<T> | null = null;
  for (const [index, node] of nodes.entries()) {
    const value = evaluate(node, at);
    if (!value) return null;
    total = index === 0 ? value : total && combine(total, value);
    if (!total) return null;
  }
  return total;
}

function hundredth<T>(value: Ball<T> | null, at: Evaluation<T>): Ball<T> | null {
  const hundred = at.balls.rational(100n, 1n);
  return value && hundred && at.balls.divide(value, hundred);
}

const MOST_SQUARINGS = 64;

function power<T>(base: Node, exponent: Node, at: Evaluation<T>): Ball<T> | null {
  const exact = evaluateExactly(exponent, at.point, at.fuel);
  if (base.kind === 'constant' && base.name === 'e') {
    at.fuel.spend(at.functionPrice);
    const value = exact ? at.balls.rational(exact.numerator, exact.denominator) : evaluate(exponent, at);
    return value && at.balls.exponential(value);
  }
  const value = evaluate(base, at);
  if (!value) return null;
  if (exact && isInteger(exact)) return integerPower(value, exact.numerator, at);
  if (exact && isRealRoot(value, exact, at)) return realRootPower(value, exact, at);
  const raised = exact ? at.balls.rational(exact.numerator, exact.denominator) : evaluate(exponent, at);
  return raised && generalPower(value, raised, at);
}

function integerPower<T>(value: Ball<T>, exponent: bigint, at: Evaluation<T>): Ball<T> | null {
  const { balls } = at;
  let result = balls.place(1n, 1n);
  if (exponent < 0n) {
    const positive = integerPower(value, -exponent, at);
    return result && positive && balls.divide(result, positive);
  }
  let square: Ball<T> | null = value;
  for (let left = exponent, count = 0; left > 0n; left >>= 1n, count += 1) {
    if (count > MOST_SQUARINGS || !square || !result) return null;
    at.fuel.spend(at.price);
    if (left & 1n) result = balls.multiply(result, square);
    if (left > 1n) square = balls.multiply(square, square);
  }
  return result && exponent > 0n ? balls.withPowerGrain(result, value, Number(exponent)) : result;
}

/** The odd root of a negative number is real, as in school. */
function isRealRoot<T>(value: Ball<T>, { denominator }: Rational, { balls }: Evaluation<T>): boolean {
  return value.im === null && balls.reals.sign(value.re) < 0 && (denominator & 1n) === 1n;
}

function realRootPower<T>(value: Ball<T>, exponent: Rational, at: Evaluation<T>): Ball<T> | null {
  const { balls } = at;
  const raised = balls.rational(exponent.numerator, exponent.denominator);
  const size = raised && generalPower(balls.negate(value), raised, at);
  return size && (exponent.numerator & 1n ? balls.negate(size) : size);
}

function generalPower<T>(
  base: Ball<T>,
  exponent: Ball<T>,
  { balls, fuel, functionPrice }: Evaluation<T>,
): Ball<T> | null {
  fuel.spend(2 * functionPrice);
  if (balls.mayBeZero(base)) return zeroPower(base, exponent, balls);
  const logarithm = balls.logarithm(base);
  const product = logarithm && balls.multiply(logarithm, exponent);
  return product && balls.exponential(product);
}

/** What may be zero, raised to a clearly positive power, stays near zero. */
function zeroPower<T>(base: Ball<T>, exponent: Ball<T>, balls: Balls<T>): Ball<T> | null {
  const least = balls.reals.toNumber(exponent.re) - exponent.error;
  if (exponent.im !== null || !(least > 0)) return null;
  const size = balls.size(base) + base.error;
  return { ...base, error: size === 0 ? 0 : Math.max(size, size ** least) * 2 };
}

function call<T>(name: FunctionName, args: readonly Node[], at: Evaluation<T>): Ball<T> | null {
  at.fuel.spend(at.functionPrice);
  if (NEEDS_EXACT.has(name)) {
    const exact = evaluateExactly({ kind: 'call', name, args }, at.point, at.fuel);
    if (exact) return at.balls.rational(exact.numerator, exact.denominator);
  }
  const [first, second] = args;
  if (name === 'series-sum' || name === 'series-product') return series(name, args, at);
  if (name === 'min' || name === 'max') return extreme(name, args, at);
  if (!first) return null;
  if (name === 'root') return rootOf(first, second, at);
  const value = evaluate(first, at);
  if (!value) return null;
  if (name === 'log') return logarithmTo(value, second, at);
  if (name === 'mod') return remainder(value, second, at);
  return elementary(name, value, at.balls);
}

const NEEDS_EXACT: ReadonlySet<FunctionName> = new Set([
  'factorial',
  'double-factorial',
  'binomial',
  'gcd',
  'lcm',
  'floor',
  'ceil',
  'mod',
  'det',
  'series-sum',
  'series-product',
]);

function rootOf<T>(radicand: Node, degree: Node | undefined, at: Evaluation<T>): Ball<T> | null {
  const value = evaluate(radicand, at);
  if (!value || degree?.kind !== 'number' || degree.value.numerator === 0n) return null;
  const n = degree.value;
  if (n.numerator === 2n) return at.balls.squareRoot(value);
  const inverse = {
    numerator: n.numerator < 0n ? -1n : 1n,
    denominator: n.numerator < 0n ? -n.numerator : n.numerator,
  };
  if (isRealRoot(value, inverse, at)) return realRootPower(value, inverse, at);
  const exponent = at.balls.rational(inverse.numerator, inverse.denominator);
  return exponent && generalPower(value, exponent, at);
}

function logarithmTo<T>(value: Ball<T>, base: Node | undefined, at: Evaluation<T>): Ball<T> | null {
  const numerator = at.balls.logarithm(value);
  if (!base && at.logarithm === 'natural') return numerator;
  const baseValue = base ? evaluate(base, at) : at.balls.rational(10n, 1n);
  const denominator = baseValue && at.balls.logarithm(baseValue);
  return numerator && denominator && at.balls.divide(numerator, denominator);
}

function remainder<T>(value: Ball<T>, divisor: Node | undefined, at: Evaluation<T>): Ball<T> | null {
  const by = divisor ? evaluate(divisor, at) : null;
  const ratio = by && at.balls.divide(value, by);
  const whole = ratio && at.balls.floor(ratio);
  const multiple = by && whole && at.balls.multiply(whole, by);
  return multiple && at.balls.add(value, at.balls.negate(multiple));
}

/** The larger or smaller centre; its bound covers the other where they overlap. */
function extreme<T>(name: 'min' | 'max', args: readonly Node[], at: Evaluation<T>): Ball<T> | null {
  let best: Ball<T> | null = null;
  for (const arg of args) {
    const value = evaluate(arg, at);
    if (!value || value.im !== null) return null;
    if (!best) {
      best = value;
      continue;
    }
    const sign = at.balls.reals.sign(at.balls.reals.subtract(value.re, best.re));
    const chosen: Ball<T> = (name === 'max' ? sign > 0 : sign < 0) ? value : best;
    best = {
      ...chosen,
      error: Math.max(value.error, best.error),
      grain: Math.min(value.grain, best.grain),
    };
  }
  return best;
}

const MOST_TERMS = 2_000n;

function series<T>(name: string, args: readonly Node[], at: Evaluation<T>): Ball<T> | null {
  const [body, variable, from, to] = args;
  if (!body || variable?.kind !== 'symbol' || !from || !to) return null;
  const [first, last] = [evaluateExactly(from, at.point, at.fuel), evaluateExactly(to, at.point, at.fuel)];
  if (!first || !last || !isInteger(first) || !isInteger(last)) return null;
  if (last.numerator - first.numerator > MOST_TERMS) return null;
  const adds = name === 'series-sum';
  let total = at.balls.rational(adds ? 0n : 1n, 1n);
  for (let k = first.numerator; k <= last.numerator && total; k += 1n) {
    const point = { ...at.point, bound: new Map(at.point.bound).set(variable.name, k) };
    const term = evaluate(body, { ...at, point });
    total = term && (adds ? at.balls.add(total, term) : at.balls.multiply(total, term));
  }
  return total;
}
