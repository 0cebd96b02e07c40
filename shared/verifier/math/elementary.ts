import type { FunctionName } from '../node/node.ts';
import type { Ball, Balls } from './ball.ts';

type Maybe<T> = Ball<T> | null;

/** A function of one argument, built from the few that the arithmetic has, so that error bounds carry through. */
export function elementary<T>(name: FunctionName, value: Ball<T>, balls: Balls<T>): Maybe<T> {
  switch (name) {
    case 'sin':
      return balls.sine(value);
    case 'cos':
      return balls.cosine(value);
    case 'tan':
      return over(balls.sine(value), balls.cosine(value), balls);
    case 'cot':
      return over(balls.cosine(value), balls.sine(value), balls);
    case 'sec':
      return inverse(balls.cosine(value), balls);
    case 'csc':
      return inverse(balls.sine(value), balls);
    case 'ln':
      return balls.logarithm(value);
    case 'abs':
      return balls.absolute(value);
    case 'floor':
      return balls.floor(value);
    case 'ceil':
      return then(balls.floor(balls.negate(value)), (floor) => balls.negate(floor));
    case 'conjugate':
      return { ...value, im: value.im === null ? null : balls.reals.negate(value.im) };
    case 'real':
      return { ...value, im: null };
    case 'imaginary':
      return value.im === null ? exactInteger(0n, balls) : { ...value, re: value.im, im: null };
    case 'argument':
      return balls.mayBeZero(value) || balls.isAcrossCut(value) ? null : argument(value, balls);
    default:
      return inverseCircular(name, value, balls) ?? hyperbolic(name, value, balls);
  }
}

function inverseCircular<T>(name: FunctionName, value: Ball<T>, balls: Balls<T>): Maybe<T> {
  switch (name) {
    case 'asin':
      return arcsine(value, balls);
    case 'acos':
      return complement(arcsine(value, balls), balls);
    case 'atan':
      return balls.arctangent(value);
    case 'acot':
      return complement(balls.arctangent(value), balls);
    case 'acsc':
      return then(inverse(value, balls), (each) => arcsine(each, balls));
    case 'asec':
      return complement(
        then(inverse(value, balls), (each) => arcsine(each, balls)),
        balls,
      );
    default:
      return null;
  }
}

function hyperbolic<T>(name: FunctionName, value: Ball<T>, balls: Balls<T>): Maybe<T> {
  switch (name) {
    case 'sinh':
      return halfOf(value, -1, balls);
    case 'cosh':
      return halfOf(value, 1, balls);
    case 'tanh':
      return over(halfOf(value, -1, balls), halfOf(value, 1, balls), balls);
    case 'coth':
      return over(halfOf(value, 1, balls), halfOf(value, -1, balls), balls);
    case 'sech':
      return inverse(halfOf(value, 1, balls), balls);
    case 'csch':
      return inverse(halfOf(value, -1, balls), balls);
    case 'asinh':
      return areaSine(value, 1n, balls);
    case 'acosh':
      return areaSine(value, -1n, balls);
    case 'atanh':
      return areaTangent(value, balls);
    default:
      return null;
  }
}

/** `(e^x ± e^−x) / 2` */
function halfOf<T>(value: Ball<T>, sign: 1 | -1, balls: Balls<T>): Maybe<T> {
  const up = balls.exponential(value);
  const down = balls.exponential(balls.negate(value));
  const both = up && down && balls.add(up, sign === 1 ? down : balls.negate(down));
  return both && balls.divide(both, exactInteger(2n, balls));
}

/** `asin x = atan(x / sqrt(1 − x²))` on [−1, 1] */
function arcsine<T>(value: Ball<T>, balls: Balls<T>): Maybe<T> {
  if (value.im !== null) return null;
  const square = balls.multiply(value, value);
  const rest = square && balls.add(exactInteger(1n, balls), balls.negate(square));
  if (!rest) return null;
  if (balls.mayBeZero(rest)) return edgeOfArcsine(value, rest, balls);
  if (balls.reals.sign(rest.re) < 0) return null;
  return then(over(value, balls.squareRoot(rest), balls), (ratio) => balls.arctangent(ratio));
}

function edgeOfArcsine<T>(value: Ball<T>, rest: Ball<T>, balls: Balls<T>): Maybe<T> {
  const right = balls.divide(balls.pi, exactInteger(2n, balls));
  if (!right) return null;
  const error = right.error + 2 * Math.sqrt(balls.size(rest) + rest.error);
  return { ...(balls.reals.sign(value.re) < 0 ? balls.negate(right) : right), error };
}

/** `ln(x + sqrt(x² ± 1))` */
function areaSine<T>(value: Ball<T>, sign: bigint, balls: Balls<T>): Maybe<T> {
  const square = balls.multiply(value, value);
  const root = then(square && balls.add(square, exactInteger(sign, balls)), (each) => balls.squareRoot(each));
  return then(root && balls.add(value, root), (each) => balls.logarithm(each));
}

/** `ln((1 + x) / (1 − x)) / 2` */
function areaTangent<T>(value: Ball<T>, balls: Balls<T>): Maybe<T> {
  const one = exactInteger(1n, balls);
  const ratio = over(balls.add(one, value), balls.add(one, balls.negate(value)), balls);
  return over(
    then(ratio, (each) => balls.logarithm(each)),
    exactInteger(2n, balls),
    balls,
  );
}

function argument<T>(value: Ball<T>, balls: Balls<T>): Ball<T> {
  return {
    re: balls.angle(value),
    im: null,
    error: value.error / (balls.size(value) - value.error) + 8 * balls.reals.epsilon,
    grain: value.grain / balls.size(value),
  };
}

function complement<T>(value: Maybe<T>, balls: Balls<T>): Maybe<T> {
  const right = balls.divide(balls.pi, exactInteger(2n, balls));
  return right && value && balls.add(right, balls.negate(value));
}

function inverse<T>(value: Maybe<T>, balls: Balls<T>): Maybe<T> {
  return over(exactInteger(1n, balls), value, balls);
}

function over<T>(dividend: Maybe<T>, divisor: Maybe<T>, balls: Balls<T>): Maybe<T> {
  return dividend && divisor && balls.divide(dividend, divisor);
}

function then<T>(value: Maybe<T>, apply: (value: Ball<T>) => Maybe<T>): Maybe<T> {
  return value && apply(value);
}

function exactInteger<T>(value: bigint, balls: Balls<T>): Ball<T> {
  return { re: balls.reals.fromRational(value, 1n), im: null, error: 0, grain: Infinity };
}
