import { type Fuel, OutOfFuel } from '../fuel.ts';
import {
  add as addRationals,
  compareRationals,
  divide,
  equals,
  multiply as multiplyRationals,
  negate as negateRational,
  ONE,
  type Rational,
  reductionPrice,
  sizeInBits,
  ZERO,
} from '../node/rational.ts';

/** Exponents by number of the generator, in ascending order of generators; none is 0. */
export type Powers = readonly (readonly [generator: number, exponent: number])[];

export interface Term {
  readonly coefficient: Rational;
  readonly powers: Powers;
}

/** Monomials in numbered generators with rational coefficients, by the text of their powers; none is 0. */
export type Polynomial = ReadonlyMap<string, Term>;

const MOST_TERMS = 400;
const MOST_EXPONENT = 1_000_000;
const LARGEST_EXPANSION = 40;
const MOST_BITS = 4_000;

export function constant(value: Rational): Polynomial {
  return value.numerator === 0n ? new Map() : new Map([['', { coefficient: value, powers: [] }]]);
}

export const NOTHING: Polynomial = new Map();
export const UNIT: Polynomial = constant(ONE);

export function monomial(coefficient: Rational, powers: Powers): Polynomial {
  return coefficient.numerator === 0n ? NOTHING : new Map([[textOf(powers), { coefficient, powers }]]);
}

export function generator(index: number): Polynomial {
  return monomial(ONE, [[index, 1]]);
}

function textOf(powers: Powers): string {
  return powers.map(([index, exponent]) => `${index}^${exponent}`).join('.');
}

/** Equal polynomials have equal texts, under one numbering of generators. */
export function polynomialText(polynomial: Polynomial): string {
  return [...polynomial]
    .map(([text, { coefficient }]) => `${coefficient.numerator}/${coefficient.denominator}*${text}`)
    .sort()
    .join('+');
}

/** The value of a polynomial without generators. */
export function constantOf(polynomial: Polynomial): Rational | undefined {
  if (polynomial.size === 0) return ZERO;
  return polynomial.size === 1 ? polynomial.get('')?.coefficient : undefined;
}

/** @throws {OutOfFuel} also where the result is too long to be worth it */
export function sumOf(a: Polynomial, b: Polynomial, fuel: Fuel): Polynomial {
  const [long, short] = a.size < b.size ? [b, a] : [a, b];
  const sum = new Map(long);
  for (const [text, term] of short) accumulate(sum, text, term, fuel);
  return bounded(sum);
}

function accumulate(sum: Map<string, Term>, text: string, term: Term, fuel: Fuel): void {
  const known = sum.get(text);
  fuel.spend(2 + reductionPrice(term.coefficient));
  const coefficient = known ? addRationals(known.coefficient, term.coefficient) : term.coefficient;
  if (sizeInBits(coefficient) > MOST_BITS) throw new OutOfFuel('coefficients beyond what a proof may cost');
  if (coefficient.numerator === 0n) sum.delete(text);
  else sum.set(text, { coefficient, powers: term.powers });
}

function bounded(sum: Map<string, Term>): Polynomial {
  if (sum.size > MOST_TERMS) throw new OutOfFuel('more terms than a proof may have');
  return sum;
}

export function scaled(polynomial: Polynomial, by: Rational): Polynomial {
  if (by.numerator === 0n) return NOTHING;
  if (equals(by, ONE)) return polynomial;
  return new Map(
    [...polynomial].map(([text, term]) => [
      text,
      { ...term, coefficient: multiplyRationals(term.coefficient, by) },
    ]),
  );
}

export function negated(polynomial: Polynomial): Polynomial {
  return scaled(polynomial, negateRational(ONE));
}

/** @throws {OutOfFuel} */
export function productOf(a: Polynomial, b: Polynomial, fuel: Fuel): Polynomial {
  const product = new Map<string, Term>();
  for (const left of a.values()) {
    for (const right of b.values()) {
      const powers = joined(left.powers, right.powers);
      const coefficient = multiplyRationals(left.coefficient, right.coefficient);
      accumulate(product, textOf(powers), { coefficient, powers }, fuel);
    }
    bounded(product);
  }
  return product;
}

function joined(a: Powers, b: Powers): Powers {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const exponents = new Map(a);
  for (const [index, exponent] of b) exponents.set(index, (exponents.get(index) ?? 0) + exponent);
  const powers = [...exponents].filter(([, exponent]) => exponent !== 0).sort(([x], [y]) => x - y);
  if (powers.some(([, exponent]) => Math.abs(exponent) > MOST_EXPONENT))
    throw new OutOfFuel('an exponent beyond what a proof may have');
  return powers;
}

/** @throws {OutOfFuel} also for a power that is too long to write out */
export function powerOf(base: Polynomial, exponent: number, fuel: Fuel): Polynomial {
  if (exponent === 0) return UNIT;
  const [only] = base.values();
  if (base.size === 1 && only) return powerOfTerm(only, exponent);
  if (exponent > LARGEST_EXPANSION) throw new OutOfFuel('a power too long to write out');
  let power = base;
  for (let count = 1; count < exponent; count += 1) power = productOf(power, base, fuel);
  return power;
}

function powerOfTerm({ coefficient, powers }: Term, exponent: number): Polynomial {
  if (sizeInBits(coefficient) > 1 && sizeInBits(coefficient) * exponent > MOST_BITS)
    throw new OutOfFuel('a power too long to write out');
  const n = BigInt(exponent);
  const raised = { numerator: coefficient.numerator ** n, denominator: coefficient.denominator ** n };
  if (powers.some(([, each]) => each * exponent > MOST_EXPONENT))
    throw new OutOfFuel('an exponent beyond what a proof may have');
  return monomial(
    raised,
    powers.map(([index, each]) => [index, each * exponent] as const),
  );
}

/** The term that comes first in an order which products respect: by total degree, then by generator. */
export function leadingTerm(polynomial: Polynomial): Term | undefined {
  let best: Term | undefined;
  for (const term of polynomial.values()) if (!best || isBefore(term.powers, best.powers)) best = term;
  return best;
}

function isBefore(a: Powers, b: Powers): boolean {
  const [left, right] = [degreeOf(a), degreeOf(b)];
  if (left !== right) return left > right;
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [x, y] = [a[at], b[at]];
    if (!x || !y) return x !== undefined;
    if (x[0] !== y[0]) return x[0] < y[0];
    if (x[1] !== y[1]) return x[1] > y[1];
  }
  return false;
}

function degreeOf(powers: Powers): number {
  return powers.reduce((total, [, exponent]) => total + exponent, 0);
}

/** What divides every term: a monomial, and the coefficient that leaves the leading term positive and 1. */
export interface Content {
  readonly coefficient: Rational;
  readonly powers: Powers;
  /** What is left, with a leading coefficient of 1. */
  readonly rest: Polynomial;
}

export function contentOf(polynomial: Polynomial): Content {
  const leading = leadingTerm(polynomial);
  if (!leading) return { coefficient: ZERO, powers: [], rest: UNIT };
  const common = leading.powers
    .map(
      ([index]) =>
        [index, Math.min(...[...polynomial.values()].map((term) => exponentOf(term, index)))] as const,
    )
    .filter(([, exponent]) => exponent > 0);
  const inverse = divide(ONE, leading.coefficient) ?? ONE;
  const down = common.map(([index, exponent]) => [index, -exponent] as const);
  const rest = new Map<string, Term>();
  for (const { coefficient, powers } of polynomial.values()) {
    const left = joined(powers, down);
    rest.set(textOf(left), { coefficient: multiplyRationals(coefficient, inverse), powers: left });
  }
  return { coefficient: leading.coefficient, powers: common, rest };
}

export function exponentOf({ powers }: Term, index: number): number {
  return powers.find(([each]) => each === index)?.[1] ?? 0;
}

/** The polynomial whose square this is, if there is one: term by term, as roots of numbers are drawn by hand. */
export function squareRootOf(polynomial: Polynomial, fuel: Fuel): Polynomial | undefined {
  const first = rootOfTerm(leadingTerm(polynomial));
  if (!first) return undefined;
  let root: Polynomial = monomial(first.coefficient, first.powers);
  const twice = {
    ...first,
    coefficient: multiplyRationals(first.coefficient, { numerator: 2n, denominator: 1n }),
  };
  for (let count = 0; count < LARGEST_EXPANSION; count += 1) {
    const rest = sumOf(polynomial, negated(productOf(root, root, fuel)), fuel);
    const leading = leadingTerm(rest);
    if (!leading) return root;
    const next = quotientOfTerms(leading, twice);
    if (!next) return undefined;
    root = sumOf(root, monomial(next.coefficient, next.powers), fuel);
  }
  return undefined;
}

function rootOfTerm(term: Term | undefined): Term | undefined {
  if (!term || term.powers.some(([, exponent]) => exponent % 2 !== 0)) return undefined;
  const { numerator, denominator } = term.coefficient;
  const [top, bottom] = [wholeRoot(numerator), wholeRoot(denominator)];
  if (top === undefined || bottom === undefined) return undefined;
  return {
    coefficient: { numerator: top, denominator: bottom },
    powers: term.powers.map(([index, exponent]) => [index, exponent / 2] as const),
  };
}

function wholeRoot(value: bigint): bigint | undefined {
  if (value < 0n || value > 2n ** 104n) return undefined;
  let root = BigInt(Math.round(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root * root === value ? root : undefined;
}

function quotientOfTerms(a: Term, b: Term): Term | undefined {
  const coefficient = divide(a.coefficient, b.coefficient);
  const powers = joined(
    a.powers,
    b.powers.map(([index, exponent]) => [index, -exponent] as const),
  );
  return coefficient && powers.every(([, exponent]) => exponent > 0) ? { coefficient, powers } : undefined;
}

export function generatorsOf(polynomial: Polynomial): ReadonlySet<number> {
  return new Set([...polynomial.values()].flatMap(({ powers }) => powers.map(([index]) => index)));
}

export function isNegative(value: Rational): boolean {
  return compareRationals(value, ZERO) < 0;
}
