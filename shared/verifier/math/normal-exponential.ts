import type { Node } from '../node/node.ts';
import { integer, ONE, type Rational } from '../node/rational.ts';
import type { Fraction } from './kernels.ts';
import { circularPair } from './normal-circular.ts';
import { type Part, partsOf } from './normal-parts.ts';
import { factorsOf, isPositive, rootOfFraction, split } from './normal-root.ts';
import {
  fromPolynomial,
  isComplex,
  NoNormalForm,
  type Normalizer,
  number,
  smallInteger,
} from './normalizer.ts';
import { generator, polynomialText, UNIT } from './polynomial.ts';
import { primePowers } from './prime-powers.ts';

/** `e^(x + 2y)` is `e^x · (e^y)²`, and `e^(2·ln x)` is `x²`. */
export function exponential(argument: Fraction, normal: Normalizer): Fraction {
  return partsOf(argument, normal)
    .map((part) => exponentialOfPart(part, normal))
    .reduce((a, b) => normal.multiply(a, b), number(ONE));
}

function exponentialOfPart(part: Part, normal: Normalizer): Fraction {
  const { coefficient, unit, powers, whole } = part;
  if (isComplex(unit, normal)) return turned(part, normal);
  const [only] = powers;
  const kernel = whole && powers.length === 1 && only?.[1] === 1 ? normal.kernels.at(only[0]) : undefined;
  if (kernel?.kind === 'logarithm' && kernel.argument)
    return powerOfArgument(kernel.argument, coefficient, normal);
  const denominator = smallInteger(integer(coefficient.denominator));
  const q = normal.kernels.seen.unit(`exp ${part.text}`, denominator);
  const base = normal.kernel(`exp ${q} ${part.text}`, {
    kind: 'exponential',
    positive: true,
    argument: normal.divide(unit, number(integer(q))),
  });
  return normal.raise(base, smallInteger(integer(coefficient.numerator)) * (q / denominator));
}

function powerOfArgument(base: Fraction, exponent: Rational, normal: Normalizer): Fraction {
  const root =
    exponent.denominator === 1n
      ? base
      : rootOfFraction(base, smallInteger(integer(exponent.denominator)), normal);
  return normal.raise(root, smallInteger(integer(exponent.numerator)));
}

/** `e^(ix)` is `cos x + i·sin x`. */
function turned({ coefficient, unit }: Part, normal: Normalizer): Fraction {
  const i = fromPolynomial(generator(normal.imaginaryUnit.index));
  const real = normal.simplified(normal.divide(normal.multiply(unit, number(coefficient)), i));
  if (isComplex(real, normal)) throw new NoNormalForm();
  const { cosine, sine } = circularPair(real, normal);
  return normal.add(cosine, normal.multiply(i, sine));
}

/** Logarithm of a product as that of its factors; where that may change what it is defined for, no power undoes it. */
export function logarithmOf(node: Node, normal: Normalizer): Fraction {
  if (node.kind === 'constant' && node.name === 'e') return number(ONE);
  const { coefficient, pieces } = split(factorsOf(node, 1, normal), normal);
  const complex = pieces.some(({ value }) => isComplex(value, normal));
  if (coefficient.numerator <= 0n || complex) return whole(node, normal);
  const unsure = pieces.filter(({ value }) => !isPositive(value, normal));
  const plain = unsure.length === 0 || (unsure.length === 1 && unsure[0]?.times === 1);
  let sum = logarithmOfNumber(coefficient, normal);
  for (const { value, times } of pieces)
    sum = normal.add(sum, normal.multiply(number(integer(times)), pieceLogarithm(value, plain, normal)));
  return sum;
}

function whole(node: Node, normal: Normalizer): Fraction {
  const value = normal.of(node);
  const known = normal.valueOf(value);
  if (known && known.numerator <= 0n) throw new NoNormalForm();
  return known ? logarithmOfNumber(known, normal) : logarithmKernel(value, false, normal);
}

function pieceLogarithm(value: Fraction, plain: boolean, normal: Normalizer): Fraction {
  const known = normal.valueOf(value);
  if (known) return logarithmOfNumber(known, normal);
  const [term] = value.top.values();
  const only = term && value.top.size === 1 && term.powers.length === 1 ? term.powers[0] : undefined;
  const kernel = only && normal.kernels.at(only[0]);
  const simple = kernel && term?.coefficient.numerator === 1n && term.coefficient.denominator === 1n;
  if (simple && polynomialText(value.bottom) === polynomialText(UNIT)) {
    const times = number(integer(only[1]));
    if (kernel.kind === 'exponential' && kernel.argument) return normal.multiply(times, kernel.argument);
    if (kernel.kind === 'root' && kernel.relation && !isComplex(kernel.relation.value, normal)) {
      const under = kernel.relation.value;
      const share = number({ numerator: BigInt(only[1]), denominator: BigInt(kernel.relation.degree) });
      return normal.multiply(share, pieceLogarithm(under, plain, normal));
    }
  }
  return logarithmKernel(value, plain, normal);
}

/** @param plain - so that `e^(ln x)` is `x`: not where the logarithm of a product or a power was split */
function logarithmKernel(value: Fraction, plain: boolean, normal: Normalizer): Fraction {
  const simple = normal.simplified(value);
  const name = `ln ${normal.textOf(simple)}`;
  if (!plain) normal.kernels.seen.addSplit(name);
  const undoable = plain && !normal.kernels.seen.isSplit(name);
  return normal.kernel(name, { kind: undoable ? 'logarithm' : 'other', positive: false, argument: simple });
}

function logarithmOfNumber(value: Rational, normal: Normalizer): Fraction {
  if (value.numerator <= 0n) throw new NoNormalForm();
  return normal.add(
    primeLogarithms(value.numerator, normal),
    normal.negate(primeLogarithms(value.denominator, normal)),
  );
}

function primeLogarithms(value: bigint, normal: Normalizer): Fraction {
  const primes = primePowers(value, normal.fuel) ?? new Map([[value, 1n]]);
  let sum = number({ numerator: 0n, denominator: 1n });
  for (const [prime, times] of primes) {
    const kernel = normal.kernel(`ln ${prime}`, {
      kind: 'logarithm',
      positive: true,
      argument: number(integer(prime)),
    });
    sum = normal.add(sum, normal.multiply(number(integer(times)), kernel));
  }
  return sum;
}
