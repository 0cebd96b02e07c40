import { Fuel, OutOfFuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { Seen } from './kernels.ts';
import { normalForm } from './normal-form.ts';
import { NoNormalForm, Normalizer } from './normalizer.ts';
import { exponentOf, generatorsOf, type Polynomial, productOf } from './polynomial.ts';

const PRIME = 1_000_003;
const MOST_FUEL = 4_000;
const HIGHEST_DEGREE = 60;

/**
 * Whether an expression is known to be a quotient of polynomials in its letters without a squared factor. Its root is
 * then real only between its zeros, and analytic there; that of a square is an absolute value, with a kink.
 */
export function isSquareFree(node: Node, fuel: Fuel): boolean {
  const own = new Fuel(MOST_FUEL);
  try {
    const settings = { fuel: own, logarithm: 'natural', whole: false, positive: false } as const;
    const normal = new Normalizer(settings, new Seen(), normalForm);
    const { top, bottom } = normal.simplified(normal.of(node));
    const both = productOf(top, bottom, own);
    const plain = [...generatorsOf(both)].every((index) => {
      const { kind, positive, relation } = normal.kernels.at(index);
      return (
        kind === 'name' ||
        (kind === 'constant' && !relation) ||
        (kind === 'root' && positive && isFixed(relation?.value.top))
      );
    });
    return (
      plain &&
      [...generatorsOf(both)].every(
        (index) => normal.kernels.at(index).kind !== 'name' || hasNoDoubleRoot(both, index),
      )
    );
  } catch (error) {
    if (error instanceof OutOfFuel || error instanceof NoNormalForm) return false;
    throw error;
  } finally {
    fuel.spend(own.spent);
  }
}

function isFixed(polynomial: Polynomial | undefined): boolean {
  return polynomial !== undefined && generatorsOf(polynomial).size === 0;
}

/** As a polynomial in one letter, all others replaced by residues: coprime to its derivative modulo a prime. */
function hasNoDoubleRoot(polynomial: Polynomial, index: number): boolean {
  const dense: number[] = [];
  for (const term of polynomial.values()) {
    const degree = exponentOf(term, index);
    if (degree > HIGHEST_DEGREE) return false;
    let value =
      (residue(term.coefficient.numerator) * inverse(residue(term.coefficient.denominator))) % PRIME;
    for (const [other, exponent] of term.powers)
      if (other !== index) value = (value * power((7_919 * (other + 3)) % PRIME, exponent)) % PRIME;
    dense[degree] = ((dense[degree] ?? 0) + value) % PRIME;
  }
  const own = Array.from(dense, (each) => each ?? 0);
  const highest = Math.max(...[...polynomial.values()].map((term) => exponentOf(term, index)));
  if (trimmed(own).length !== highest + 1) return false;
  const derivative = own.slice(1).map((each, at) => (each * (at + 1)) % PRIME);
  return commonDivisor(trimmed(own), trimmed(derivative)).length <= 1;
}

function residue(value: bigint): number {
  const rest = Number(value % BigInt(PRIME));
  return rest < 0 ? rest + PRIME : rest;
}

function power(base: number, exponent: number): number {
  let [result, square] = [1, base];
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

function inverse(value: number): number {
  return power(value, PRIME - 2);
}

function trimmed(dense: readonly number[]): number[] {
  const last = dense.findLastIndex((each) => each !== 0);
  return dense.slice(0, last + 1);
}

function commonDivisor(a: number[], b: number[]): number[] {
  let [x, y] = [a, b];
  while (y.length > 0) [x, y] = [y, remainder(x, y)];
  return x;
}

function remainder(a: readonly number[], b: readonly number[]): number[] {
  const left = [...a];
  const lead = inverse(b.at(-1) ?? 1);
  for (let at = left.length - b.length; at >= 0; at -= 1) {
    const factor = ((left[at + b.length - 1] ?? 0) * lead) % PRIME;
    for (const [index, each] of b.entries())
      left[at + index] = ((((left[at + index] ?? 0) - factor * each) % PRIME) + PRIME) % PRIME;
  }
  return trimmed(left.slice(0, b.length - 1));
}
