import { add, floor, integer, multiply, ONE, type Rational, subtract, ZERO } from '../node/rational.ts';
import type { Fraction } from './kernels.ts';
import { type Part, partsOf } from './normal-parts.ts';
import { rootOfFraction, rootPower } from './normal-root.ts';
import {
  fromPolynomial,
  isComplex,
  NoNormalForm,
  type Normalizer,
  number,
  smallInteger,
} from './normalizer.ts';
import { generator } from './polynomial.ts';

export interface Pair {
  readonly cosine: Fraction;
  readonly sine: Fraction;
}

/** More of one angle than that are an angle of their own. */
const MOST_TIMES = 12;

/** Cosine and sine by the addition theorems: `sin(2x + y)` in those of x and y. */
export function circularPair(argument: Fraction, normal: Normalizer): Pair {
  if (isComplex(argument, normal)) throw new NoNormalForm();
  return partsOf(argument, normal)
    .map((part) => pairOfPart(part, normal))
    .reduce((a, b) => turned(a, b, normal), { cosine: number(ONE), sine: number(ZERO) });
}

/** `cos(a + b)` and `sin(a + b)` */
function turned(a: Pair, b: Pair, normal: Normalizer): Pair {
  const product = (left: Fraction, right: Fraction) => normal.multiply(left, right);
  return {
    cosine: normal.add(product(a.cosine, b.cosine), normal.negate(product(a.sine, b.sine))),
    sine: normal.add(product(a.sine, b.cosine), product(a.cosine, b.sine)),
  };
}

function pairOfPart(part: Part, normal: Normalizer): Pair {
  const angle = pairOfAngle(part, normal);
  if (angle) return angle;
  const isPi = part.text === normal.textOf(normal.pi);
  if (isPi) return pairOfTurn(part.coefficient, normal);
  const denominator = smallInteger(integer(part.coefficient.denominator));
  const q = normal.kernels.seen.unit(`angle ${part.text}`, denominator);
  const times = smallInteger(integer(part.coefficient.numerator)) * (q / denominator);
  const tooMany = Math.abs(times) > MOST_TIMES;
  const share = tooMany ? part.coefficient : { numerator: 1n, denominator: BigInt(q) };
  return manyTimes(
    kernels(normal.textOf(normal.multiply(part.unit, number(share))), normal),
    tooMany ? 1 : times,
    normal,
  );
}

/** Of an arcsine or arctangent: `cos(asin u)` is `√(1 − u²)`. */
function pairOfAngle({ whole, powers, coefficient }: Part, normal: Normalizer): Pair | undefined {
  const [only] = powers;
  if (!whole || powers.length !== 1 || only?.[1] !== 1 || coefficient.denominator !== 1n) return undefined;
  const { kind, argument } = normal.kernels.at(only[0]);
  if (!argument || (kind !== 'arcsine' && kind !== 'arctangent')) return undefined;
  const times = smallInteger(coefficient);
  if (Math.abs(times) > MOST_TIMES) return undefined;
  const square = normal.multiply(argument, argument);
  const rest = normal.add(number(ONE), kind === 'arcsine' ? normal.negate(square) : square);
  const root = rootOfFraction(rest, 2, normal);
  const once =
    kind === 'arcsine'
      ? { cosine: root, sine: argument }
      : { cosine: normal.divide(number(ONE), root), sine: normal.divide(argument, root) };
  return manyTimes(once, times, normal);
}

/** @param kind - `other` for parts of a turn, whose sines are algebraic numbers */
function kernels(text: string, normal: Normalizer, kind: 'circular' | 'other' = 'circular'): Pair {
  const cosine = normal.kernel(`cos ${text}`, { kind, positive: false });
  const square = normal.add(number(ONE), normal.negate(normal.multiply(cosine, cosine)));
  const relation = { degree: 2, value: square };
  return { cosine, sine: normal.kernel(`sin ${text}`, { kind, positive: false, relation }) };
}

function manyTimes(once: Pair, times: number, normal: Normalizer): Pair {
  let pair: Pair = { cosine: number(ONE), sine: number(ZERO) };
  for (let count = 0; count < Math.abs(times); count += 1) pair = turned(pair, once, normal);
  return times < 0 ? { ...pair, sine: normal.negate(pair.sine) } : pair;
}

/** Of a multiple of π: full turns are dropped, fourths, sixths and twelfths are roots of numbers. */
function pairOfTurn(multiple: Rational, normal: Normalizer): Pair {
  const half = { numerator: 1n, denominator: 2n };
  const quarters = floor(add(multiply(multiple, integer(2)), half));
  const left = subtract(multiple, multiply(integer(quarters), half));
  const rest = acute(left, normal);
  const right: Pair = { cosine: number(ZERO), sine: number(ONE) };
  return manyThen(rest, right, Number(((quarters % 4n) + 4n) % 4n), normal);
}

function manyThen(start: Pair, step: Pair, times: number, normal: Normalizer): Pair {
  let pair = start;
  for (let count = 0; count < times; count += 1) pair = turned(pair, step, normal);
  return pair;
}

/** Of a multiple of π from −1/4 to 1/4. */
function acute(multiple: Rational, normal: Normalizer): Pair {
  const root = (value: number) =>
    rootPower(
      { kind: 'number', value: integer(value), decimals: null, digits: 0 },
      { numerator: 1n, denominator: 2n },
      normal,
    );
  const half = { numerator: 1n, denominator: 2n };
  const sign = multiple.numerator < 0n ? -1n : 1n;
  const signed = (value: Fraction) => (sign < 0n ? normal.negate(value) : value);
  const times = (value: Fraction, by: Rational) => normal.multiply(value, number(by));
  if (multiple.numerator === 0n) return { cosine: number(ONE), sine: number(ZERO) };
  if (multiple.denominator === 4n)
    return { cosine: times(root(2), half), sine: signed(times(root(2), half)) };
  if (multiple.denominator === 12n) {
    const [two, six] = [root(2), root(6)];
    const quarter = { numerator: 1n, denominator: 4n };
    const apart = normal.add(six, normal.negate(two));
    return { cosine: times(normal.add(six, two), quarter), sine: signed(times(apart, quarter)) };
  }
  if (multiple.denominator === 6n) return { cosine: times(root(3), half), sine: signed(number(half)) };
  const denominator = smallInteger(integer(multiple.denominator));
  const q = normal.kernels.seen.unit('angle #pi', denominator);
  const parts = smallInteger(integer(multiple.numerator)) * (q / denominator);
  const tooMany = Math.abs(parts) > MOST_TIMES;
  const text = tooMany ? `pi*${multiple.numerator}/${multiple.denominator}` : `pi/${q}`;
  return manyTimes(kernels(text, normal, 'other'), tooMany ? 1 : parts, normal);
}

export function imaginary(normal: Normalizer): Fraction {
  return fromPolynomial(generator(normal.imaginaryUnit.index));
}
