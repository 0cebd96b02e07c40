import type { Reals } from '../../ports/precision.ts';
import { toNumber } from '../node/rational.ts';

/** The arithmetic of doubles. */
export const doubleReals: Reals<number> = {
  epsilon: 2 ** -51,
  pi: Math.PI,
  fromRational: (numerator, denominator) => toNumber({ numerator, denominator }),
  toNumber: (value) => value,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  negate: (value) => -value,
  sign: Math.sign,
  floor: Math.floor,
  squareRoot: Math.sqrt,
  exponential: Math.exp,
  logarithm: Math.log,
  sine: Math.sin,
  cosine: Math.cos,
  arctangent: Math.atan,
};
