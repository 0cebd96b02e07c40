import { exact, negated, product, quotient, squareRoot, sum } from '../node/make-node.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { divide, floor, integer, ONE, type Rational, subtract, ZERO } from '../node/rational.ts';
import { canonicalKey } from './canonical-key.ts';
import { evaluateExactly } from './evaluate-exactly.ts';
import type { Fraction, Kernel } from './kernels.ts';
import { circularPair, imaginary } from './normal-circular.ts';
import { binomialOf, factorialOf } from './normal-counting.ts';
import { exponential, logarithmOf } from './normal-exponential.ts';
import { absoluteOf, rootPower } from './normal-root.ts';
import { fromPolynomial, isComplex, NoNormalForm, type Normalizer, number } from './normalizer.ts';
import { constantOf, contentOf, generator, isNegative, type Polynomial } from './polynomial.ts';

/** The normal form of a function's value; what no rule knows is a kernel of its own. */
export function normalCall(
  name: FunctionName,
  args: readonly Node[],
  node: Node,
  normal: Normalizer,
): Fraction {
  if (EXACT.has(name)) {
    const value = evaluateExactly(node, null, normal.fuel);
    if (value) return number(value);
  }
  const [first, second] = args;
  if (!first) throw new NoNormalForm();
  switch (name) {
    case 'root':
      return rootCall(first, second, normal);
    case 'exp':
      return exponential(normal.of(first), normal);
    case 'ln':
      return logarithmOf(first, normal);
    case 'log':
      return normal.divide(logarithmOf(first, normal), baseLogarithm(second, normal));
    case 'abs':
      return sizeOf(normal.of(first), normal);
    case 'min':
    case 'max':
      return extreme(name, args, normal);
    case 'floor':
      return floorOf(normal.of(first), normal);
    case 'ceil':
      return normal.negate(floorOf(normal.negate(normal.of(first)), normal));
    case 'mod':
      return second ? remainder(normal.of(first), normal.of(second), normal) : unknown(node, normal);
    case 'factorial':
      return factorialOf(normal.of(first), normal);
    case 'binomial':
      return second ? binomialOf(normal.of(first), normal.of(second), normal) : unknown(node, normal);
    case 'conjugate':
      return conjugateOf(normal.of(first), normal);
    case 'real':
      return realPart(normal.of(first), normal);
    case 'imaginary':
      return imaginaryPart(normal.of(first), normal);
    default:
      return (
        circular(name, first, normal) ??
        hyperbolic(name, first, normal) ??
        inverse(name, first, normal) ??
        unknown(node, normal)
      );
  }
}

const EXACT: ReadonlySet<FunctionName> = new Set([
  'root',
  'floor',
  'ceil',
  'factorial',
  'double-factorial',
  'binomial',
  'gcd',
  'lcm',
  'min',
  'max',
  'mod',
  'det',
  'series-sum',
  'series-product',
]);

function unknown(node: Node, normal: Normalizer): Fraction {
  return normal.kernel(`call ${canonicalKey(node, normal.fuel)}`, { kind: 'other', positive: false });
}

function rootCall(radicand: Node, degree: Node | undefined, normal: Normalizer): Fraction {
  if (degree?.kind !== 'number') throw new NoNormalForm();
  const exponent = divide(ONE, degree.value);
  if (!exponent) throw new NoNormalForm();
  return rootPower(radicand, exponent, normal);
}

function baseLogarithm(base: Node | undefined, normal: Normalizer): Fraction {
  if (base) return logarithmOf(base, normal);
  if (normal.settings.logarithm === 'natural') return number(ONE);
  return logarithmOf({ kind: 'number', value: integer(10), decimals: null, digits: 2 }, normal);
}

function sizeOf(value: Fraction, normal: Normalizer): Fraction {
  if (!isComplex(value, normal)) return absoluteOf(value, normal);
  const square = normal.multiply(value, conjugateOf(value, normal));
  const known = normal.valueOf(square);
  if (!known) throw new NoNormalForm();
  const node: Node = { kind: 'number', value: known, decimals: null, digits: 0 };
  return rootPower(node, { numerator: 1n, denominator: 2n }, normal);
}

/** `max(a, b)` is `(a + b + |a − b|) / 2` */
function extreme(name: 'min' | 'max', args: readonly Node[], normal: Normalizer): Fraction {
  const half = number({ numerator: 1n, denominator: 2n });
  return args
    .map((arg) => normal.of(arg))
    .reduce((a, b) => {
      const apart = sizeOf(normal.add(a, normal.negate(b)), normal);
      const both = normal.add(normal.add(a, b), name === 'max' ? apart : normal.negate(apart));
      return normal.multiply(both, half);
    });
}

/** Whole numbers stand outside: `⌊x + 3/2⌋` is `⌊x + 1/2⌋ + 1`. */
function floorOf(value: Fraction, normal: Normalizer): Fraction {
  const known = normal.valueOf(value);
  if (known) return number(integer(floor(known)));
  const { top, bottom } = normal.simplified(value);
  const written = constantOf(bottom) ? (top.get('')?.coefficient ?? ZERO) : ZERO;
  const whole = integer(floor(written));
  const rest = normal.add(value, number(subtract(ZERO, whole)));
  const kernel = normal.kernel(`floor ${normal.textOf(rest)}`, { kind: 'other', positive: false });
  return normal.add(kernel, number(whole));
}

function remainder(value: Fraction, divisor: Fraction, normal: Normalizer): Fraction {
  const quotient = floorOf(normal.divide(value, divisor), normal);
  return normal.add(value, normal.negate(normal.multiply(quotient, divisor)));
}

function circular(name: FunctionName, argument: Node, normal: Normalizer): Fraction | undefined {
  if (!CIRCULAR.has(name)) return undefined;
  const { cosine, sine } = circularPair(normal.of(argument), normal);
  switch (name) {
    case 'sin':
      return sine;
    case 'cos':
      return cosine;
    case 'tan':
      return normal.divide(sine, cosine);
    case 'cot':
      return normal.divide(cosine, sine);
    case 'sec':
      return normal.divide(number(ONE), cosine);
    default:
      return normal.divide(number(ONE), sine);
  }
}

const CIRCULAR: ReadonlySet<FunctionName> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc']);

function hyperbolic(name: FunctionName, argument: Node, normal: Normalizer): Fraction | undefined {
  if (!HYPERBOLIC.has(name)) return undefined;
  const up = exponential(normal.of(argument), normal);
  const down = normal.divide(number(ONE), up);
  const half = number({ numerator: 1n, denominator: 2n });
  const cosine = normal.multiply(normal.add(up, down), half);
  const sine = normal.multiply(normal.add(up, normal.negate(down)), half);
  switch (name) {
    case 'sinh':
      return sine;
    case 'cosh':
      return cosine;
    case 'tanh':
      return normal.divide(sine, cosine);
    case 'coth':
      return normal.divide(cosine, sine);
    case 'sech':
      return normal.divide(number(ONE), cosine);
    default:
      return normal.divide(number(ONE), sine);
  }
}

const HYPERBOLIC: ReadonlySet<FunctionName> = new Set(['sinh', 'cosh', 'tanh', 'coth', 'sech', 'csch']);

/** Odd functions take a sign out; arccosine is what arcsine leaves of a right angle. */
function inverse(name: FunctionName, argument: Node, normal: Normalizer): Fraction | undefined {
  const right = normal.multiply(normal.pi, number({ numerator: 1n, denominator: 2n }));
  switch (name) {
    case 'asin':
    case 'atan':
      return oddKernel(name, normal.of(argument), normal);
    case 'acos':
      return normal.add(right, normal.negate(oddKernel('asin', normal.of(argument), normal)));
    case 'acot':
      return normal.add(right, normal.negate(oddKernel('atan', normal.of(argument), normal)));
    case 'acsc':
      return oddKernel('asin', normal.divide(number(ONE), normal.of(argument)), normal);
    case 'asec': {
      const sine = oddKernel('asin', normal.divide(number(ONE), normal.of(argument)), normal);
      return normal.add(right, normal.negate(sine));
    }
    case 'asinh':
    case 'acosh': {
      const square = sum([product([argument, argument]), exact(name === 'asinh' ? 1 : -1)]);
      return logarithmOf(sum([argument, squareRoot(square)]), normal);
    }
    case 'atanh': {
      const ratio = quotient(sum([exact(1), argument]), sum([exact(1), negated(argument)]));
      return normal.multiply(logarithmOf(ratio, normal), number({ numerator: 1n, denominator: 2n }));
    }
    default:
      return undefined;
  }
}

function oddKernel(name: 'asin' | 'atan', value: Fraction, normal: Normalizer): Fraction {
  if (isComplex(value, normal)) throw new NoNormalForm();
  const known = normal.valueOf(value);
  if (known?.numerator === 0n) return number(ZERO);
  const plain = normal.simplified(value);
  const negative = isNegative(contentOf(plain.top).coefficient);
  const text = normal.textOf(negative ? normal.negate(plain) : plain);
  const kernel =
    angleOf(name, known, plain, normal) ??
    normal.kernel(`${name} ${text}`, {
      kind: name === 'asin' ? 'arcsine' : 'arctangent',
      positive: false,
      argument: negative ? normal.negate(plain) : plain,
    });
  return negative ? normal.negate(kernel) : kernel;
}

/** `asin(1/2)` is π/6, `asin 1` is π/2 and `atan 1` is π/4. */
function angleOf(
  name: 'asin' | 'atan',
  value: Rational | undefined,
  plain: Fraction,
  normal: Normalizer,
): Fraction | undefined {
  if (!value) return angleOfRoot(name, plain, normal);
  const size = `${value.numerator < 0n ? -value.numerator : value.numerator}/${value.denominator}`;
  const share = name === 'atan' ? (size === '1/1' ? 4 : 0) : size === '1/1' ? 2 : size === '1/2' ? 6 : 0;
  return share === 0
    ? undefined
    : normal.multiply(normal.pi, number({ numerator: 1n, denominator: BigInt(share) }));
}

/** `asin(√2/2)` is π/4 and `atan √3` is π/3, told by the square. */
function angleOfRoot(name: 'asin' | 'atan', value: Fraction, normal: Normalizer): Fraction | undefined {
  const square = normal.valueOf(normal.multiply(value, value));
  const share = square && SHARES[name][`${square.numerator}/${square.denominator}`];
  return share === undefined
    ? undefined
    : normal.multiply(normal.pi, number({ numerator: 1n, denominator: share }));
}

/** Which part of π the angle is, by the square of its sine or tangent. */
const SHARES: Readonly<Record<'asin' | 'atan', Readonly<Record<string, bigint>>>> = {
  asin: { '1/2': 4n, '3/4': 3n },
  atan: { '3/1': 3n, '1/3': 6n },
};

/** Of sums and products that of their parts; where the imaginary unit is written, most letters are real. */
function conjugateOf(value: Fraction, normal: Normalizer): Fraction {
  const plain = normal.simplified(value);
  const complex = isComplex(plain, normal);
  const flipped = (polynomial: Polynomial): Fraction =>
    [...polynomial.values()]
      .map(({ coefficient, powers }) =>
        powers
          .map(([index, times]) =>
            normal.raise(conjugateOfKernel(normal.kernels.at(index), complex, normal), times),
          )
          .reduce((a, b) => normal.multiply(a, b), number(coefficient)),
      )
      .reduce((a, b) => normal.add(a, b), number(ZERO));
  return normal.divide(flipped(plain.top), flipped(plain.bottom));
}

const CONJUGATE = 'conjugate ';

function conjugateOfKernel(kernel: Kernel, complex: boolean, normal: Normalizer): Fraction {
  const own = fromPolynomial(generator(kernel.index));
  if (kernel.index === normal.imaginaryUnit.index) return normal.negate(own);
  if (kernel.kind === 'constant' || (kernel.positive && kernel.kind !== 'name')) return own;
  if (kernel.kind !== 'name' && !kernel.text.startsWith(CONJUGATE)) throw new NoNormalForm();
  if (complex && kernel.kind === 'name' && !/^name [zwZW](?![a-z])/.test(kernel.text)) return own;
  if (kernel.text.startsWith(CONJUGATE))
    return normal.name(kernel.text.slice(CONJUGATE.length + 'name '.length));
  return normal.kernel(`${CONJUGATE}${kernel.text}`, { kind: 'other', positive: false });
}

function realPart(value: Fraction, normal: Normalizer): Fraction {
  const half = number({ numerator: 1n, denominator: 2n });
  return normal.multiply(normal.add(value, conjugateOf(value, normal)), half);
}

function imaginaryPart(value: Fraction, normal: Normalizer): Fraction {
  const apart = normal.add(value, normal.negate(conjugateOf(value, normal)));
  return normal.divide(apart, normal.multiply(number(integer(2)), imaginary(normal)));
}
