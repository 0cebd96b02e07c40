import type { Measure } from '../../ports/units.ts';
import { exact, product, sum } from '../../verifier/node/make-node.ts';
import type { Node } from '../../verifier/node/node.ts';
import { add, divide, multiply, ONE, type Rational, subtract, ZERO } from '../../verifier/node/rational.ts';

export function areCommensurable(a: Measure, b: Measure): boolean {
  return (
    a.dimensions.size === b.dimensions.size &&
    [...a.dimensions].every(([dimension, power]) => b.dimensions.get(dimension) === power)
  );
}

export function areSameUnit(a: Measure, b: Measure): boolean {
  return a.pi === b.pi && isSame(a.factor, b.factor) && isSame(a.offset ?? ZERO, b.offset ?? ZERO);
}

export function converted(value: Node, from: Measure, to: Measure): Node {
  const ratio = divide(from.factor, to.factor) ?? ONE;
  const shift = subtract(multiply(from.offset ?? ZERO, ratio), to.offset ?? ZERO);
  if (from.pi !== to.pi) return product([value, exact(ratio), powerOfPi(from.pi - to.pi)]);
  if (value.kind !== 'number') {
    const scaled = isSame(ratio, ONE) ? value : product([value, exact(ratio)]);
    return isSame(shift, ZERO) ? scaled : sum([scaled, exact(shift)]);
  }
  const moved = exact(add(multiply(value.value, ratio), shift));
  const places = decimalPlaces(ratio);
  if (value.decimals === null || places === undefined) return moved;
  const decimals = value.decimals - places;
  return { ...moved, decimals, digits: value.digits };
}

function powerOfPi(power: number): Node {
  return { kind: 'power', base: { kind: 'constant', name: 'pi' }, exponent: exact(power) };
}

/** The exponent of a power of ten. */
function decimalPlaces({ numerator, denominator }: Rational): number | undefined {
  const [high, low] = [String(numerator), String(denominator)];
  if (/^10*$/.test(high) && low === '1') return high.length - 1;
  return high === '1' && /^10*$/.test(low) ? 1 - low.length : undefined;
}

function isSame(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}
