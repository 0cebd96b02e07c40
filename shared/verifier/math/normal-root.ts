import type { Node } from '../node/node.ts';
import { absolute, integer, isInteger, multiply, ONE, type Rational } from '../node/rational.ts';
import type { Fraction } from './kernels.ts';
import {
  fromPolynomial,
  isComplex,
  NoNormalForm,
  type Normalizer,
  number,
  smallInteger,
} from './normalizer.ts';
import { constantOf, contentOf, generator, isNegative, type Polynomial, squareRootOf } from './polynomial.ts';
import { primePowers } from './prime-powers.ts';

/** A factor of what stands under a root, and how often. */
interface Piece {
  readonly value: Fraction;
  readonly times: number;
}

/** `base^(p/q)`: squares come out of even roots as absolute values, everything out of odd ones. */
export function rootPower(base: Node, exponent: Rational, normal: Normalizer): Fraction {
  const q = smallInteger(integer(exponent.denominator));
  const p = smallInteger(integer(exponent.numerator));
  if (q > 60) throw new NoNormalForm();
  const { coefficient, pieces } = gathered(base, normal);
  const root = rootOf(coefficient, pieces, q, normal);
  return normal.raise(root, p);
}

/** Roots of a value that is no expression. */
export function rootOfFraction(value: Fraction, q: number, normal: Normalizer): Fraction {
  const { coefficient, pieces } = split([{ value, times: 1 }], normal);
  return rootOf(coefficient, pieces, q, normal);
}

function rootOf(coefficient: Rational, pieces: readonly Piece[], q: number, normal: Normalizer): Fraction {
  if (pieces.length === 0) return rootOfNumber(coefficient, q, normal);
  if (coefficient.numerator === 0n) return number(coefficient);
  const size = rootOfNumber(absolute(coefficient), q, normal);
  const negative = isNegative(coefficient);
  if (q % 2 === 1) {
    const parts = pieces.map(({ value, times }) => normal.raise(rootKernel(value, q, normal), times));
    const root = parts.reduce((a, b) => normal.multiply(a, b), size);
    return negative ? normal.negate(root) : root;
  }
  return normal.multiply(size, evenRoot(pieces, negative, q, normal));
}

/** `√(x²y)` is `|x|·√y`; a single odd factor such as that of `√(1/x³)` leaves none to be negative. */
function evenRoot(pieces: readonly Piece[], negative: boolean, q: number, normal: Normalizer): Fraction {
  const sign = number(integer(negative ? -1 : 1));
  const product = (parts: readonly Fraction[]) => parts.reduce((a, b) => normal.multiply(a, b), number(ONE));
  if (pieces.some(({ value }) => isComplex(value, normal)))
    return rootKernel(
      product([sign, ...pieces.map(({ value, times }) => normal.raise(value, times))]),
      q,
      normal,
    );
  const unsure = pieces.filter(({ value }) => !isPositive(value, normal));
  const odd = unsure.filter(({ times }) => times % 2 !== 0);
  const single = odd.length === 1 && !negative;
  const outside = pieces.map((piece) => {
    const stays = odd.includes(piece) && !single;
    const size = odd.includes(piece) && single ? piece.value : absoluteOf(piece.value, normal);
    return takenOut(size, stays ? piece.times - 1 : piece.times, q, normal);
  });
  const inside = product([sign, ...(single ? [] : odd.map(({ value }) => value))]);
  const left = normal.valueOf(inside);
  const root = left ? rootOfNumber(left, q, normal) : rootKernel(inside, q, normal);
  return product([...outside, root]);
}

function takenOut(size: Fraction, times: number, q: number, normal: Normalizer): Fraction {
  if (times % q === 0) return normal.raise(size, times / q);
  const square = q === 2 ? perfectSquareRoot(size, normal) : undefined;
  return normal.raise(square ?? rootKernel(size, q, normal), times);
}

/** The absolute value of what the polynomials are squares of. */
function perfectSquareRoot(value: Fraction, normal: Normalizer): Fraction | undefined {
  const { top, bottom } = normal.simplified(value);
  const above = squareRootOf(top, normal.fuel);
  const below = above && squareRootOf(bottom, normal.fuel);
  return below && absoluteOf({ top: above, bottom: below }, normal);
}

/** A kernel whose power is the value. Odd roots take the sign out. */
function rootKernel(value: Fraction, q: number, normal: Normalizer): Fraction {
  const known = normal.valueOf(value);
  if (known) return rootOfNumber(known, q, normal);
  const plain = normal.simplified(value);
  const unit = normal.kernels.seen.unit(`root ${normal.textOf(plain)}`, q);
  const kernel = normal.kernels.of(`root ${unit} ${normal.textOf(plain)}`, {
    kind: 'root',
    positive: unit % 2 === 0 || isPositive(plain, normal),
    relation: { degree: unit, value: plain },
    argument: plain,
  });
  return normal.raise(fromPolynomial(generator(kernel.index)), unit / q);
}

/** `12^(1/2)` is `2·3^(1/2)`: a kernel for the root of each prime. */
function rootOfNumber(value: Rational, q: number, normal: Normalizer): Fraction {
  if (value.numerator === 0n) return number(value);
  if (isNegative(value)) {
    const size = rootOfNumber(absolute(value), q, normal);
    if (q % 2 === 1) return normal.negate(size);
    if (q !== 2) throw new NoNormalForm();
    return normal.multiply(fromPolynomial(generator(normal.imaginaryUnit.index)), size);
  }
  const above = primeRoots(value.numerator, q, normal);
  return normal.divide(above, primeRoots(value.denominator, q, normal));
}

function primeRoots(value: bigint, q: number, normal: Normalizer): Fraction {
  const primes = primePowers(value, normal.fuel) ?? new Map([[value, 1n]]);
  let product = number(ONE);
  for (const [prime, times] of primes) {
    const unit = normal.kernels.seen.unit(`root ${prime}`, q);
    const kernel = normal.kernels.of(`root ${unit} of ${prime}`, {
      kind: 'root',
      positive: true,
      relation: { degree: unit, value: number(integer(prime)) },
    });
    product = normal.multiply(
      product,
      normal.raise(fromPolynomial(generator(kernel.index)), (unit / q) * Number(times)),
    );
  }
  return product;
}

/** The factors of an expression with whole exponents, and the number among them. */
function gathered(base: Node, normal: Normalizer): { coefficient: Rational; pieces: readonly Piece[] } {
  return split(factorsOf(base, 1, normal), normal);
}

/** The factors of an expression with their exponents, as it is written. */
export function factorsOf(node: Node, times: number, normal: Normalizer): readonly Piece[] {
  if (node.kind === 'product') return node.factors.flatMap((factor) => factorsOf(factor, times, normal));
  if (node.kind === 'power') {
    const exponent = normal.valueOf(normal.of(node.exponent));
    if (exponent && isInteger(exponent) && node.base.kind !== 'constant')
      return factorsOf(node.base, times * smallInteger(exponent), normal);
  }
  return [{ value: normal.of(node), times }];
}

/** Numbers, monomials and what is left of each piece; like pieces joined. */
export function split(
  given: readonly Piece[],
  normal: Normalizer,
): { coefficient: Rational; pieces: readonly Piece[] } {
  let coefficient = ONE;
  const pieces = new Map<string, Piece>();
  const put = (value: Fraction, times: number) => {
    const text = normal.textOf(value);
    pieces.set(text, { value, times: (pieces.get(text)?.times ?? 0) + times });
  };
  const take = (polynomial: Polynomial, times: number) => {
    const content = contentOf(polynomial);
    coefficient = multiply(coefficient, rationalPower(content.coefficient, times));
    for (const [index, exponent] of content.powers) put(fromPolynomial(generator(index)), exponent * times);
    if (!constantOf(content.rest)) put(fromPolynomial(content.rest), times);
  };
  for (const { value, times } of given) {
    const { top, bottom } = normal.simplified(value);
    take(top, times);
    take(bottom, -times);
  }
  return { coefficient, pieces: [...pieces.values()].filter(({ times }) => times !== 0) };
}

function rationalPower(value: Rational, times: number): Rational {
  const n = BigInt(Math.abs(times));
  if (n > 200n) throw new NoNormalForm();
  const power = { numerator: value.numerator ** n, denominator: value.denominator ** n };
  if (times >= 0) return power;
  if (power.numerator === 0n) throw new NoNormalForm();
  const sign = power.numerator < 0n ? -1n : 1n;
  return { numerator: sign * power.denominator, denominator: sign * power.numerator };
}

/** `|c·x·(x − 1)|` is `|c|·|x|·|x − 1|`; what is known to be positive stays as it is. */
export function absoluteOf(value: Fraction, normal: Normalizer): Fraction {
  if (isComplex(value, normal)) throw new NoNormalForm();
  const { coefficient, pieces } = split([{ value, times: 1 }], normal);
  let product = number(absolute(coefficient));
  for (const piece of pieces) {
    const size = isPositive(piece.value, normal) ? piece.value : sizeKernel(piece.value, normal);
    product = normal.multiply(product, normal.raise(size, piece.times));
  }
  return product;
}

function sizeKernel(value: Fraction, normal: Normalizer): Fraction {
  const square = normal.multiply(value, value);
  return normal.kernel(`abs ${normal.textOf(value)}`, {
    kind: 'other',
    positive: true,
    relation: { degree: 2, value: square },
  });
}

/** Positive for certain: a sum of positive terms, or of one positive and others that are not negative. */
export function isPositive(value: Fraction, normal: Normalizer): boolean {
  return [value.top, value.bottom].every((polynomial) => isPositivePolynomial(polynomial, normal));
}

function isPositivePolynomial(polynomial: Polynomial, normal: Normalizer): boolean {
  let strictly = false;
  for (const { coefficient, powers } of polynomial.values()) {
    if (isNegative(coefficient)) return false;
    const positive = powers.every(([index]) => normal.kernels.at(index).positive);
    if (
      !positive &&
      powers.some(([index, exponent]) => exponent % 2 !== 0 && !normal.kernels.at(index).positive)
    )
      return false;
    strictly ||= positive;
  }
  return strictly;
}
