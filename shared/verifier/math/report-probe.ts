import type { Rational } from '../node/rational.ts';
import type { ExplainedProbe } from '../verification.ts';
import type { Ball, Balls } from './ball.ts';
import { type Point, pointValue } from './point.ts';

interface Reporter {
  readonly onProbe?: (probe: ExplainedProbe) => void;
}

/** Leaves a probe for an explanation. */
export function reportBalls<T>(
  a: Ball<T>,
  b: Ball<T>,
  balls: Balls<T>,
  point: Point,
  digits: number,
  { onProbe }: Reporter,
): void {
  if (!onProbe) return;
  const bound = (2 * (a.error + b.error)).toExponential(2);
  onProbe({ at: written(point), gold: writtenBall(a, balls), answer: writtenBall(b, balls), bound, digits });
}

/** Leaves a probe that was exact. */
export function reportExact(a: Rational, b: Rational, point: Point, { onProbe }: Reporter): void {
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
