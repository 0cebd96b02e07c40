import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { Balls } from './ball.ts';
import { doubleReals } from './double-reals.ts';
import { evaluate } from './evaluate.ts';
import { namesOf } from './names-of.ts';
import { NOWHERE } from './point.ts';

/** Doubles that have lost more than this tell nothing. */
const LEAST_ACCURACY = 1e-9;

export const doubles: Balls<number> = new Balls(doubleReals);

/**
 * A real constant as a double.
 *
 * @returns `undefined` for an expression with names, one that is not real, undefined, or beyond the range of doubles
 * @throws {OutOfFuel}
 */
export function evaluateConstant(node: Node, fuel: Fuel): number | undefined {
  if (namesOf([node], fuel).names.size > 0) return undefined;
  const value = evaluate(node, {
    balls: doubles,
    point: NOWHERE,
    fuel,
    price: 1,
    functionPrice: 1,
    logarithm: 'natural',
  });
  if (!value || !doubles.isReal(value)) return undefined;
  return value.error <= LEAST_ACCURACY * Math.max(1e-300, Math.abs(value.re)) || value.error < 1e-12
    ? value.re
    : undefined;
}
