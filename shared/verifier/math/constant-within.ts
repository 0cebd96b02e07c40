import type { Precision, Reals } from '../../ports/precision.ts';
import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { absolute, compareRationals, divide, powerOfTen, type Rational } from '../node/rational.ts';
import { Balls } from './ball.ts';
import { evaluate } from './evaluate.ts';
import { namesOf } from './names-of.ts';
import { NOWHERE } from './point.ts';

/** Beyond the digits that the distance has below the value. */
const SPARE_DIGITS = 20;
const MOST_DIGITS = 240;
const OPERATION_PRICE = 8;
const FUNCTION_PRICE = 120;

interface Settings {
  readonly fuel: Fuel;
  readonly precision: Precision;
}

/** Whether a real constant certainly lies within a distance of a number, however small that is. */
export function isConstantWithin(
  node: Node,
  center: Rational,
  distance: Rational,
  settings: Settings,
): boolean {
  const digits = digitsBetween(center, distance) + SPARE_DIGITS;
  if (digits > MOST_DIGITS || namesOf([node], settings.fuel).names.size > 0) return false;
  const reals: Reals<unknown> = settings.precision.reals(Math.max(digits, 2 * SPARE_DIGITS));
  const balls = new Balls(reals);
  const growth = digits / SPARE_DIGITS;
  const value = evaluate(node, {
    balls,
    point: NOWHERE,
    fuel: settings.fuel,
    price: Math.ceil(OPERATION_PRICE * growth),
    functionPrice: Math.ceil(FUNCTION_PRICE * growth),
    logarithm: 'natural',
  });
  if (!value || !balls.isReal(value)) return false;
  const from = reals.subtract(value.re, reals.fromRational(center.numerator, center.denominator));
  const apart = reals.sign(from) < 0 ? reals.negate(from) : from;
  const left = reals.subtract(reals.fromRational(distance.numerator, distance.denominator), apart);
  return reals.toNumber(left) > 2 * value.error;
}

function digitsBetween(center: Rational, distance: Rational): number {
  const ratio = divide(absolute(center), distance);
  if (!ratio) return MOST_DIGITS;
  let digits = 0;
  while (digits < MOST_DIGITS && compareRationals(ratio, powerOfTen(digits)) > 0) digits += 1;
  return digits;
}
