import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import {
  add,
  divide,
  equals,
  isInteger,
  multiply,
  ONE,
  type Rational,
  reductionPrice,
  sizeInBits,
  ZERO,
} from '../node/rational.ts';
import { primePowers } from './prime-powers.ts';

/**
 * A text that two expressions share only if they are equal: terms and factors sorted and folded, powers of one base
 * joined, roots of numbers reduced. Nothing is expanded, so equal expressions may still have different keys.
 *
 * @throws {OutOfFuel}
 */
export function canonicalKey(node: Node, fuel: Fuel): string {
  return keyOf(scaled(node, fuel));
}

/** Stands in the key of what has no value, such as ∞ − ∞: it equals nothing, not even itself. */
const UNDEFINED = '⊥';

/** Whether a key speaks of something that has a value. */
export function hasValue(key: string): boolean {
  return !key.includes(UNDEFINED);
}

function isBeyondNumbers(key: string): boolean {
  return key.includes('#infinity') || key.includes(UNDEFINED);
}

/** `coefficient · rest`; the rest is empty for a number. */
interface Scaled {
  readonly coefficient: Rational;
  readonly rest: string;
}

/** Numbers beyond it stay as they are written. */
const MOST_BITS = 10_000;
const MOST_FRACTION_BITS = 1_000;

function keyOf({ coefficient, rest }: Scaled): string {
  if (rest === '') return numeral(coefficient);
  return equals(coefficient, ONE) ? rest : `${numeral(coefficient)}*${rest}`;
}

function numeral({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

function scaled(node: Node, fuel: Fuel): Scaled {
  fuel.spend(1);
  switch (node.kind) {
    case 'number':
      return { coefficient: node.value, rest: '' };
    case 'symbol':
      return named(node.name);
    case 'constant':
      return named(`#${node.name}`);
    case 'sum':
      return sumOf(node.terms, fuel);
    case 'product':
    case 'power':
      return productOf([node], fuel);
    case 'call':
      return callOf(node.name, node.args, fuel);
    case 'opaque':
      return named(`@${node.name}(${keys(node.args, fuel).join(',')})`);
    case 'percent': {
      const { coefficient, rest } = scaled(node.value, fuel);
      return { coefficient: multiply(coefficient, { numerator: 1n, denominator: 100n }), rest };
    }
    case 'degree':
    case 'quantity':
      return scaled(node.value, fuel);
    default:
      return named(structural(node, fuel));
  }
}

function named(rest: string): Scaled {
  return { coefficient: ONE, rest };
}

function keys(nodes: readonly Node[], fuel: Fuel): string[] {
  return nodes.map((node) => canonicalKey(node, fuel));
}

function structural(node: Node, fuel: Fuel): string {
  switch (node.kind) {
    case 'plus-minus':
      return `${node.flipped ? '∓' : '±'}(${canonicalKey(node.value, fuel)})`;
    case 'group':
      return `${node.open}${keys(node.items, fuel).join(',')}${node.close}`;
    case 'list':
      return `list(${keys(node.items, fuel).join(',')})`;
    case 'relation':
      return `rel(${keys(node.sides, fuel).join(node.operators.join(''))})`;
    case 'set-operation':
      return `set(${keys(node.operands, fuel).join(node.operator)})`;
    case 'matrix':
      return `matrix(${node.rows.map((row) => keys(row, fuel).join('&')).join(';')})`;
    case 'ratio':
      return `ratio(${keys(node.parts, fuel).join(':')})`;
    case 'conditional':
      return `${canonicalKey(node.value, fuel)}when(${keys(node.conditions, fuel).join(',')})`;
    case 'piecewise':
      return `pieces(${keys(node.pieces, fuel).join(';')})`;
    case 'based':
      return `base(${node.digits}_${node.base})`;
    case 'text':
      return `text(${node.text})`;
    default:
      return '';
  }
}

const COMMUTATIVE = new Set(['gcd', 'lcm', 'min', 'max']);

function callOf(name: string, args: readonly Node[], fuel: Fuel): Scaled {
  const [first, second] = args;
  if (name === 'root' && first && second?.kind === 'number') {
    return productOf([{ kind: 'power', base: first, exponent: inverseOf(second.value) }], fuel);
  }
  if ((name === 'ln' || name === 'log') && args.length === 1)
    return named(`${name}(${keys(args, fuel).join(',')})`);
  const written = keys(args, fuel);
  if (COMMUTATIVE.has(name)) written.sort();
  return named(`${name}(${written.join(',')})`);
}

function inverseOf(value: Rational): Node {
  return { kind: 'number', value: divide(ONE, value) ?? ZERO, decimals: null, digits: 0 };
}

function sumOf(terms: readonly Node[], fuel: Fuel): Scaled {
  const totals = new Map<string, Rational>();
  let infinities = 0;
  const collect = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.kind === 'sum') collect(node.terms);
      else {
        const { coefficient, rest } = scaled(node, fuel);
        fuel.spend(reductionPrice(coefficient));
        totals.set(rest, add(totals.get(rest) ?? ZERO, coefficient));
        if (isBeyondNumbers(rest)) infinities += 1;
      }
    }
  };
  collect(terms);
  if (infinities > 0 && (totals.size > 1 || infinities > 1))
    return named(`${UNDEFINED}(${[...totals.keys()].join('+')})`);
  const left = [...totals].filter(([, coefficient]) => coefficient.numerator !== 0n).sort(byName);
  const [only] = left;
  if (!only) return { coefficient: ZERO, rest: '' };
  if (left.length === 1) return { coefficient: only[1], rest: only[0] };
  // the first term's coefficient is taken out, so that 2x + 2 and 2(x + 1) share their key
  const lead = left.every(([, coefficient]) => sizeInBits(coefficient) < MOST_FRACTION_BITS) ? only[1] : ONE;
  const inner = left.map(([rest, coefficient]) =>
    keyOf({ coefficient: divide(coefficient, lead) ?? ZERO, rest }),
  );
  return { coefficient: lead, rest: `(${inner.join('+')})` };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Factors by base: exponents that are numbers are summed, others are kept as they are. */
class Factors {
  coefficient: Rational = ONE;
  readonly exponents = new Map<string, Rational>();
  readonly symbolic: string[] = [];
  readonly #fuel: Fuel;

  constructor(fuel: Fuel) {
    this.#fuel = fuel;
  }

  raise(base: string, exponent: Rational): undefined {
    this.exponents.set(base, add(this.exponents.get(base) ?? ZERO, exponent));
  }

  scale(by: Rational): void {
    this.#fuel.spend(reductionPrice(this.coefficient) + reductionPrice(by));
    this.coefficient = multiply(this.coefficient, by);
  }
}

function productOf(nodes: readonly Node[], fuel: Fuel): Scaled {
  const factors = new Factors(fuel);
  for (const node of nodes) gather(node, ONE, factors, fuel);
  foldNumbers(factors, fuel);
  const strange = [...factors.exponents.keys(), ...factors.symbolic].filter(isBeyondNumbers);
  if (
    strange.length > 0 &&
    (factors.exponents.size + factors.symbolic.length > 1 || factors.coefficient.numerator === 0n)
  ) {
    return named(`${UNDEFINED}(${strange.join('*')})`);
  }
  if (factors.coefficient.numerator === 0n) return { coefficient: ZERO, rest: '' };
  const powers = [...factors.exponents]
    .filter(([, exponent]) => exponent.numerator !== 0n)
    .map(([base, exponent]) => (equals(exponent, ONE) ? base : `${base}^${numeral(exponent)}`));
  return { coefficient: factors.coefficient, rest: [...powers, ...factors.symbolic].sort().join('*') };
}

function gather(node: Node, exponent: Rational, factors: Factors, fuel: Fuel): undefined {
  fuel.spend(1);
  if (node.kind === 'product' && isInteger(exponent)) {
    for (const factor of node.factors) gather(factor, exponent, factors, fuel);
    return;
  }
  if (node.kind === 'power') return gatherPower(node.base, node.exponent, exponent, factors, fuel);
  if (node.kind === 'call' && node.name === 'root' && node.args[0] && node.args[1]?.kind === 'number') {
    return gatherPower(node.args[0], inverseOf(node.args[1].value), exponent, factors, fuel);
  }
  const { coefficient, rest } = scaled(node, fuel);
  raiseNumber(coefficient, exponent, factors);
  if (rest !== '') factors.raise(rest, exponent);
}

function gatherPower(base: Node, raised: Node, outer: Rational, factors: Factors, fuel: Fuel): undefined {
  const power = scaled(raised, fuel);
  const together = multiply(power.coefficient, outer);
  // (x^2)^(1/2) is no x: exponents multiply where the outer one is whole
  if (power.rest === '' && isInteger(outer)) return gather(base, together, factors, fuel);
  if (isInteger(outer)) {
    factors.symbolic.push(
      `${canonicalKey(base, fuel)}^(${keyOf({ coefficient: together, rest: power.rest })})`,
    );
    return;
  }
  factors.raise(keyOf(productOf([{ kind: 'power', base, exponent: raised }], fuel)), outer);
}

function raiseNumber(value: Rational, exponent: Rational, factors: Factors): undefined {
  if (equals(value, ONE) || exponent.numerator === 0n) return;
  const bits = sizeInBits(value) * Math.abs(Number(exponent.numerator));
  if (
    !isInteger(exponent) ||
    bits > (isInteger(value) && exponent.numerator > 0n ? MOST_BITS : MOST_FRACTION_BITS)
  )
    return factors.raise(numeral(value), exponent);
  if (exponent.numerator > 0n) {
    factors.scale({
      numerator: value.numerator ** exponent.numerator,
      denominator: value.denominator ** exponent.numerator,
    });
    return;
  }
  const inverse = divide(ONE, value);
  if (!inverse) return factors.raise(UNDEFINED, exponent);
  raiseNumber(inverse, { numerator: -exponent.numerator, denominator: 1n }, factors);
}

/** Roots of numbers: `12^(1/2)` is `2·3^(1/2)`, `(1/2)^(1/2)` is `(1/2)·2^(1/2)`. */
function foldNumbers(factors: Factors, fuel: Fuel): void {
  for (const [base, exponent] of [...factors.exponents]) {
    const written = /^(\d+)(?:\/(\d+))?$/.exec(base);
    if (!written || isInteger(exponent)) continue;
    const primes = primePowers(BigInt(written[1] ?? '1'), fuel);
    const inverse = primePowers(BigInt(written[2] ?? '1'), fuel);
    if (!primes || !inverse) continue;
    factors.exponents.delete(base);
    for (const [prime, count] of primes) raisePrime(prime, count, exponent, factors);
    for (const [prime, count] of inverse) raisePrime(prime, -count, exponent, factors);
  }
  for (const [base, exponent] of [...factors.exponents])
    if (/^\d+$/.test(base)) splitWhole(base, exponent, factors);
}

function raisePrime(prime: bigint, count: bigint, exponent: Rational, factors: Factors): void {
  factors.raise(`${prime}`, multiply({ numerator: count, denominator: 1n }, exponent));
}

/** Of `2^(7/2)` the whole part goes into the coefficient. */
function splitWhole(base: string, exponent: Rational, factors: Factors): void {
  const whole =
    exponent.numerator / exponent.denominator - (exponent.numerator % exponent.denominator < 0n ? 1n : 0n);
  if (whole === 0n || whole > 1_000n || whole < -1_000n || base === '0') return;
  const value = BigInt(base) ** (whole < 0n ? -whole : whole);
  factors.scale(whole < 0n ? { numerator: 1n, denominator: value } : { numerator: value, denominator: 1n });
  factors.exponents.set(base, add(exponent, { numerator: -whole, denominator: 1n }));
}
