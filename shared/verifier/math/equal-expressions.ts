import type { Precision, Reals } from '../../ports/precision.ts';
import type { Fuel } from '../fuel.ts';
import type { Node } from '../read/node.ts';
import type { ExplainedProbe } from '../verification.ts';
import { type Ball, Balls } from './ball.ts';
import { canonicalKey, hasValue } from './canonical-key.ts';
import { evaluate } from './evaluate.ts';
import { doubles } from './evaluate-constant.ts';
import { evaluateExactly } from './evaluate-exactly.ts';
import { type Names, namesOf } from './names-of.ts';
import { POINTS, type Point, pointAt, pointValue } from './point.ts';
import { equals, type Rational } from './rational.ts';

/** What comparing needs from outside. */
export interface Context {
  readonly fuel: Fuel;
  readonly precision: Precision;
  /** Where the last probe is left for an explanation. */
  readonly onProbe?: (probe: ExplainedProbe) => void;
}

/** `unknown`: undefined at too many points, or beyond every arithmetic. */
export type Equality = 'equal' | 'different' | 'unknown';

/** Of constants, which can be near each other by design. */
const DIGITS = 60;
/** Of functions, which already agree at all points to the precision of doubles. */
const FUNCTION_DIGITS = 30;
const DOUBLE_PRICE = 1;
const PRECISE_PRICE = 25;

/**
 * Whether two expressions have the same value for all values of their names: by their canonical form, else exactly
 * or numerically at fixed points, where a difference must exceed what rounding can explain. What doubles cannot tell
 * apart is repeated with many digits before it is called equal.
 *
 * @throws {OutOfFuel}
 */
export function equalExpressions(a: Node, b: Node, context: Context): Equality {
  const { fuel } = context;
  const [keyA, keyB] = [canonicalKey(a, fuel), canonicalKey(b, fuel)];
  if (!hasValue(keyA) || !hasValue(keyB)) return 'unknown';
  if (keyA === keyB) return 'equal';
  const names = namesOf([a, b], fuel);
  const natural = probe(a, b, names, 'natural', context);
  return natural === 'equal' || !names.bareLogarithm ? natural : probe(a, b, names, 'decimal', context);
}

type Logarithm = 'natural' | 'decimal';

function probe(a: Node, b: Node, names: Names, logarithm: Logarithm, context: Context): Equality {
  const sorted = [...names.names].sort();
  const count = sorted.length === 0 ? 1 : POINTS;
  let agreed = 0;
  const suspects: Point[] = [];
  const unreal: Point[] = [];
  for (let index = 0; index < count; index += 1) {
    const point = pointAt(index, sorted, names.whole);
    const outcome = compareAt(a, b, point, names.complex, logarithm, context);
    if (outcome === 'different') return 'different';
    if (outcome === 'equal') agreed += 1;
    else if (outcome === 'suspect') suspects.push(point);
    else if (outcome === 'unreal') unreal.push(point);
  }
  const real = agreed + suspects.length;
  const needed = Math.min(2, count);
  if (!names.complex && real < needed && unreal.length >= needed)
    return probeComplex(a, b, unreal, logarithm, context);
  if (real < needed)
    return count === 1 ? confirm(a, b, pointAt(0, sorted, false), logarithm, context) : 'unknown';
  const [suspect] = suspects;
  return suspect ? confirm(a, b, suspect, logarithm, context) : 'equal';
}

/** No real point: both sides are compared as complex numbers. */
function probeComplex(
  a: Node,
  b: Node,
  points: readonly Point[],
  logarithm: Logarithm,
  context: Context,
): Equality {
  for (const point of points) {
    const [left, right] = bothAt(a, b, point, logarithm, context);
    if (!left || !right || separated(left, right, doubles)) return 'different';
  }
  const [first] = points;
  return first ? confirm(a, b, first, logarithm, context) : 'unknown';
}

type PointOutcome = 'equal' | 'different' | 'suspect' | 'undefined' | 'unreal';

/** @param complex - the imaginary unit is written, so that values need not be real */
function compareAt(
  a: Node,
  b: Node,
  point: Point,
  complex: boolean,
  logarithm: Logarithm,
  context: Context,
): PointOutcome {
  const [exactA, exactB] = [evaluateExactly(a, point, context.fuel), evaluateExactly(b, point, context.fuel)];
  if (exactA && exactB) {
    reportExact(exactA, exactB, point, context);
    return equals(exactA, exactB) ? 'equal' : 'different';
  }
  const [left, right] = bothAt(a, b, point, logarithm, context);
  if (!left || !right) return 'undefined';
  const [leftReal, rightReal] = [doubles.isReal(left), doubles.isReal(right)];
  if (point.names.length > 0 && !(leftReal && rightReal) && !complex) return 'unreal';
  if (!separated(left, right, doubles)) return 'suspect';
  report(left, right, doubles, point, 16, context);
  return 'different';
}

function bothAt(
  a: Node,
  b: Node,
  point: Point,
  logarithm: Logarithm,
  { fuel }: Context,
): [Ball<number> | null, Ball<number> | null] {
  const at = { balls: doubles, point, fuel, price: DOUBLE_PRICE, logarithm };
  const left = evaluate(a, at);
  return [left, left && evaluate(b, at)];
}

/** Repeats a point with many digits. */
function confirm(a: Node, b: Node, point: Point, logarithm: Logarithm, context: Context): Equality {
  const digits = point.names.length === 0 ? DIGITS : FUNCTION_DIGITS;
  const reals: Reals<unknown> = context.precision.reals(digits);
  const balls = new Balls(reals);
  const at = { balls, point, fuel: context.fuel, price: PRECISE_PRICE, logarithm };
  const left = evaluate(a, at);
  const right = left && evaluate(b, at);
  if (!left || !right) return 'unknown';
  report(left, right, balls, point, digits, context);
  if (separated(left, right, balls)) return 'different';
  if (isBelowDoubles(left, balls) || isBelowDoubles(right, balls)) return compareByRatio(left, right, balls);
  const size = Math.max(balls.size(left), balls.size(right));
  return left.error + right.error <= size * 1e-20 || left.error + right.error < 1e-25 ? 'equal' : 'unknown';
}

/** Not zero, but too small for its error to be written as a double. */
function isBelowDoubles<T>({ re, im, error }: Ball<T>, { reals }: Balls<T>): boolean {
  const small = (part: T) =>
    reals.sign(part) !== 0 && Math.abs(reals.toNumber(part)) < Number.MIN_VALUE * 2 ** 52;
  return error < Number.MIN_VALUE * 2 ** 52 && (small(re) || (im !== null && small(im)));
}

function compareByRatio<T>(left: Ball<T>, right: Ball<T>, { reals }: Balls<T>): Equality {
  if (left.im !== null || right.im !== null || reals.sign(right.re) === 0) return 'unknown';
  const ratio = reals.toNumber(reals.divide(left.re, right.re));
  return Math.abs(ratio - 1) > 1e-12 ? 'different' : 'unknown';
}

function separated<T>(a: Ball<T>, b: Ball<T>, balls: Balls<T>): boolean {
  const difference = balls.add(a, balls.negate(b));
  return difference === null || balls.size(difference) > 2 * (a.error + b.error);
}

function report<T>(
  a: Ball<T>,
  b: Ball<T>,
  balls: Balls<T>,
  point: Point,
  digits: number,
  { onProbe }: Context,
): void {
  if (!onProbe) return;
  const bound = (2 * (a.error + b.error)).toExponential(2);
  onProbe({ at: written(point), gold: writtenBall(a, balls), answer: writtenBall(b, balls), bound, digits });
}

function reportExact(a: Rational, b: Rational, point: Point, { onProbe }: Context): void {
  onProbe?.({
    at: written(point),
    gold: writtenRational(a),
    answer: writtenRational(b),
    bound: '0',
    digits: 0,
  });
}

function written(point: Point): Record<string, string> {
  return Object.fromEntries(point.names.map((name) => [name, writtenRational(pointValue(point, name))]));
}

function writtenRational({ numerator, denominator }: Rational): string {
  const text = denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function writtenBall<T>({ re, im }: Ball<T>, balls: Balls<T>): string {
  const real = String(re);
  return im === null || balls.reals.toNumber(im) === 0 ? real : `${real} + ${String(im)}i`;
}
