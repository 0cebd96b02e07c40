import type { Precision, Reals } from '../../ports/precision.ts';
import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import type { ExplainedProbe } from '../verification.ts';
import { type Ball, Balls } from './ball.ts';
import { evaluate } from './evaluate.ts';
import { doubles } from './evaluate-constant.ts';
import type { Point } from './point.ts';
import { reportBalls } from './report-probe.ts';
import { separated } from './separated.ts';

interface Sides {
  readonly a: Node;
  readonly b: Node;
  readonly logarithm: 'natural' | 'decimal';
}

interface Settings {
  readonly fuel: Fuel;
  readonly precision: Precision;
  readonly onProbe?: (probe: ExplainedProbe) => void;
}

/** Of constants, which can be near each other by design. */
const DIGITS_OF_CONSTANTS = 70;
/** Of functions, which already agree at all points to the precision of doubles. */
const DIGITS_OF_FUNCTIONS = 40;
/** Beyond it error bounds are no doubles. */
const MOST_DIGITS = 240;
/** Everything that is written must show by so many digits above the error, */
const MARGIN = 8;
/** of which some are lost on the way. */
const LOST = 12;
const OPERATION_PRICE = 4;
const FUNCTION_PRICE = 60;

export type Confirmation = 'equal' | 'different' | 'unknown';

/**
 * Compares both sides at one point with many digits: as many as it takes for everything that is written to show.
 * `unknown` where that is more than there are, and where doubles tell so at once.
 */
export function confirm(point: Point, sides: Sides, settings: Settings): Confirmation {
  const least = point.names.length === 0 ? DIGITS_OF_CONSTANTS : DIGITS_OF_FUNCTIONS;
  const at = {
    balls: doubles,
    point,
    fuel: settings.fuel,
    price: 1,
    functionPrice: 1,
    logarithm: sides.logarithm,
  };
  const [left, right] = [evaluate(sides.a, at), evaluate(sides.b, at)];
  const needed = Math.max(digitsToShow(left), digitsToShow(right));
  if (needed > MOST_DIGITS) return 'unknown';
  const digits = Math.min(MOST_DIGITS, Math.max(least, Math.ceil(needed)));
  const outcome = compareWith(digits, point, sides, settings);
  return outcome !== 'unknown' || digits === MOST_DIGITS
    ? outcome
    : compareWith(Math.min(MOST_DIGITS, 3 * digits), point, sides, settings);
}

function digitsToShow(value: Ball<number> | null): number {
  if (!value || value.grain === Infinity) return 0;
  const size = Math.max(doubles.size(value), value.error, value.grain);
  return value.grain === 0 ? Infinity : Math.log10(size) - Math.log10(value.grain) + MARGIN + LOST;
}

function compareWith(digits: number, point: Point, sides: Sides, settings: Settings): Confirmation {
  const reals: Reals<unknown> = settings.precision.reals(digits);
  const balls = new Balls(reals);
  const growth = (digits / DIGITS_OF_FUNCTIONS) ** 1.5;
  const at = {
    balls,
    point,
    fuel: settings.fuel,
    price: Math.ceil(OPERATION_PRICE * growth),
    functionPrice: Math.ceil(FUNCTION_PRICE * growth),
    logarithm: sides.logarithm,
  };
  const left = evaluate(sides.a, at);
  const right = left && evaluate(sides.b, at);
  if (!left || !right) return 'unknown';
  reportBalls(left, right, balls, point, digits, settings);
  if (separated(left, right, balls)) return 'different';
  return shows(left) && shows(right) ? 'equal' : 'unknown';
}

/** Whether nothing that is written was lost in rounding. */
function shows<T>({ error, grain }: Ball<T>): boolean {
  return error * 10 ** MARGIN <= grain;
}
