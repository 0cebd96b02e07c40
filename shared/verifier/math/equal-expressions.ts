import type { Precision } from '../../ports/precision.ts';
import type { Fuel } from '../fuel.ts';
import { childrenOf } from '../node/children-of.ts';
import type { Node } from '../node/node.ts';
import { equals } from '../node/rational.ts';
import type { ExplainedProbe } from '../verification.ts';
import type { Ball } from './ball.ts';
import { canonicalKey, hasValue } from './canonical-key.ts';
import { confirm } from './confirm.ts';
import { evaluate } from './evaluate.ts';
import { doubles } from './evaluate-constant.ts';
import { evaluateExactly } from './evaluate-exactly.ts';
import { largestWritten } from './largest-written.ts';
import { type Names, namesOf } from './names-of.ts';
import { isAbove, NOWHERE, POINTS, type Point, pointAt } from './point.ts';
import { type Proof, proveEqual } from './prove-equal.ts';
import { reportBalls, reportExact } from './report-probe.ts';
import { separated } from './separated.ts';
import { isTame } from './tame.ts';
import { withGamma } from './with-gamma.ts';

/** What comparing needs from outside. */
export interface Context {
  readonly fuel: Fuel;
  readonly precision: Precision;
  /** Where the last probe is left for an explanation. */
  readonly onProbe?: (probe: ExplainedProbe) => void;
}

/** `unknown`: nothing tells the two apart, and nothing proves them equal. */
export type Equality = 'equal' | 'different' | 'unknown';

/** Points that are tried before a proof is: most wrong answers differ at the first. */
const FIRST_POINTS = 3;
/** So many points must agree, to many digits or exactly. */
const NEEDED = 3;
/** No more than that are tried. */
const MOST_CONFIRMED = 5;

/**
 * Whether two expressions have the same value for all values of their names. Equal: by their canonical form, by a
 * proof, exactly, or, for functions that cannot step between the points, by many digits at points of every size in
 * which everything that is written shows. Different: where they differ at one point by more than rounding explains.
 *
 * @throws {OutOfFuel}
 */
export function equalExpressions(a: Node, b: Node, context: Context): Equality {
  const { fuel } = context;
  const [left, right] = [withGamma(a, fuel), withGamma(b, fuel)];
  const [keyA, keyB] = [canonicalKey(left, fuel), canonicalKey(right, fuel)];
  if (!hasValue(keyA) || !hasValue(keyB)) return 'unknown';
  const names = namesOf([left, right], fuel);
  const sides = { a: left, b: right, names, salt: saltOf([keyA, keyB].sort().join('=')) };
  if (keyA === keyB)
    return mayDivideByZero(left) || mayDivideByZero(right) ? ifDefined(sides, context) : 'equal';
  const natural = compare({ ...sides, logarithm: 'natural' }, context);
  if (natural === 'equal' || !names.bareLogarithm) return natural;
  return compare({ ...sides, logarithm: 'decimal' }, context);
}

/** A sum of roots or the like below a bar may be 0, however it cancels. */
function mayDivideByZero(node: Node): boolean {
  const hidden =
    node.kind === 'power' &&
    node.base.kind === 'sum' &&
    node.exponent.kind === 'number' &&
    node.exponent.value.numerator < 0n &&
    hasFunction(node.base);
  return hidden || childrenOf(node).some(mayDivideByZero);
}

function hasFunction(node: Node): boolean {
  return node.kind === 'call' || childrenOf(node).some(hasFunction);
}

/** Equal, unless doubles find no point at which both sides have a value. */
function ifDefined(sides: Omit<Sides, 'logarithm'>, context: Context): Equality {
  const natural = { ...sides, logarithm: 'natural' } as const;
  const defined = pointsOf(natural, context.fuel).some(
    (point) => bothAt(point, natural, context)[1] !== null,
  );
  return defined ? 'equal' : 'unknown';
}

/** FNV-1a. */
function saltOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

interface Sides {
  readonly a: Node;
  readonly b: Node;
  readonly names: Names;
  readonly salt: number;
  readonly logarithm: 'natural' | 'decimal';
}

function compare(sides: Sides, context: Context): Equality {
  const points = pointsOf(sides, context.fuel);
  const tally = new Tally();
  if (differ(points.slice(0, FIRST_POINTS), sides, tally, context)) return 'different';
  if (sides.names.names.size === 0 && tally.exact.length > 0) return 'equal';
  const proof = proofOf(sides, context.fuel);
  if (proof === 'different') return 'different';
  if (proof === 'equal' && tally.isDefined) return 'equal';
  if (differ(points.slice(FIRST_POINTS), sides, tally, context)) return 'different';
  if (proof === 'equal' && tally.isDefined) return 'equal';
  return agreement(sides, tally, context);
}

function pointsOf({ a, b, names, salt }: Sides, fuel: Fuel): readonly Point[] {
  if (names.names.size === 0) return [NOWHERE];
  const sorted = [...names.names].sort();
  const whole = names.whole ? 2n * largestWritten([a, b], fuel) + 3n : undefined;
  return Array.from({ length: POINTS }, (_, index) => pointAt(index, sorted, salt, whole));
}

function proofOf({ a, b, names, logarithm }: Sides, fuel: Fuel): Proof {
  return proveEqual(a, b, { fuel, logarithm, whole: names.whole, positive: false });
}

/** What the points say that do not tell the sides apart. */
class Tally {
  readonly exact: Point[] = [];
  readonly suspects: Point[] = [];
  /** No real values. */
  readonly unreal: Point[] = [];

  get isDefined(): boolean {
    return this.exact.length + this.suspects.length + this.unreal.length > 0;
  }
}

/** Whether one of the points tells the sides apart. */
function differ(points: readonly Point[], sides: Sides, tally: Tally, context: Context): boolean {
  for (const point of points) {
    const outcome = compareAt(point, sides, context);
    if (outcome === 'different') return true;
    if (outcome !== 'undefined') tally[outcome].push(point);
  }
  return false;
}

type PointOutcome = 'exact' | 'different' | 'suspects' | 'undefined' | 'unreal';

function compareAt(point: Point, sides: Sides, context: Context): PointOutcome {
  const { a, b, names } = sides;
  const [exactA, exactB] = [evaluateExactly(a, point, context.fuel), evaluateExactly(b, point, context.fuel)];
  if (exactA && exactB) {
    reportExact(exactA, exactB, point, context);
    return equals(exactA, exactB) ? 'exact' : 'different';
  }
  const [left, right] = bothAt(point, sides, context);
  if (!left || !right) return 'undefined';
  const real = doubles.isReal(left) && doubles.isReal(right);
  if (point.names.length > 0 && !real && !names.complex) return 'unreal';
  if (!separated(left, right, doubles)) return 'suspects';
  reportBalls(left, right, doubles, point, 16, context);
  return 'different';
}

function bothAt(
  point: Point,
  { a, b, logarithm }: Sides,
  { fuel }: Context,
): [Ball<number> | null, Ball<number> | null] {
  const at = { balls: doubles, point, fuel, price: 1, functionPrice: 1, logarithm };
  const left = evaluate(a, at);
  return [left, left && evaluate(b, at)];
}

/** Whether enough points agree to many digits, where agreement tells anything. */
function agreement(sides: Sides, tally: Tally, context: Context): Equality {
  const { names } = sides;
  if (!isTame([sides.a, sides.b], names, context.fuel)) return 'unknown';
  if (names.names.size === 0) return confirm(NOWHERE, sides, context);
  const real = tally.exact.length + tally.suspects.length;
  const complex = real < NEEDED && tally.unreal.length >= NEEDED;
  if (complex && tally.unreal.some((point) => differAsComplex(point, sides, context))) return 'different';
  const agreed = complex ? [] : [...tally.exact];
  for (const point of complex ? tally.unreal : tally.suspects) {
    if (agreed.length >= MOST_CONFIRMED) break;
    const outcome = confirm(point, sides, context);
    if (outcome === 'different') return 'different';
    if (outcome === 'equal') agreed.push(point);
  }
  const above = !names.whole || agreed.some(isAbove);
  return agreed.length >= NEEDED && above ? 'equal' : 'unknown';
}

function differAsComplex(point: Point, sides: Sides, context: Context): boolean {
  const [left, right] = bothAt(point, sides, context);
  return !left || !right || separated(left, right, doubles);
}
