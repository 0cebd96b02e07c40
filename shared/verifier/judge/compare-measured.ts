import type { Measure, Units } from '../../ports/units.ts';
import { allFactors } from '../node/all-factors.ts';
import { product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { isInteger, multiply, ONE, type Rational } from '../node/rational.ts';
import { type Judge, type Judgement, unequal } from './judge.ts';
import { anyNoun } from './known-words.ts';

/** A value and what its unit measures. */
interface Measured {
  readonly value: Node;
  readonly measure: Measure;
}

/**
 * Compares two values that both have a unit, the gold's own or the one its problem asks for: in the gold's unit where the
 * gold is a rounded decimal, so that its digits decide, else in the answer's, so that the answer's digits do.
 *
 * @returns `undefined` where units decide nothing: one is missing, counts things, or both are the same
 */
export function compareMeasured(gold: Node, answer: Node, judge: Judge): Judgement | undefined {
  const { units, options } = judge;
  if (isPercentageOf(gold, answer, units) || isPercentageOf(answer, gold, units))
    return unequal('different-percent');
  const target = measuredOf(gold, units) ?? givenUnit(gold, judge);
  if (!target) return undefined;
  const source = measuredOf(answer, units) ?? bareLetters(answer, units);
  if (!source || isAmbiguousDegree(gold, source) || isAmbiguousDegree(answer, target)) return undefined;
  if (!units.areCommensurable(target.measure, source.measure)) return unequal('different-unit');
  if (units.areSame(target.measure, source.measure))
    return judge.values(target.value, source.value, unitless(judge));
  const rounded =
    target.value.kind === 'number' &&
    (target.value.decimals !== null ||
      options.significantDigits !== undefined ||
      options.tolerance !== undefined);
  return rounded
    ? judge.values(
        target.value,
        units.converted(source.value, source.measure, target.measure),
        unitless(judge),
      )
    : judge.values(
        units.converted(target.value, target.measure, source.measure),
        source.value,
        unitless(judge),
      );
}

/** A percentage is a part of something, never five centimetres. */
function isPercentageOf(percent: Node, other: Node, units: Units): boolean {
  return percent.kind === 'percent' && measuredOf(other, units) !== undefined;
}

function unitless(judge: Judge): Judge {
  return judge.options.unit === undefined
    ? judge
    : { ...judge, options: { ...judge.options, unit: undefined } };
}

function measuredOf(node: Node, units: Units): Measured | undefined {
  if (node.kind === 'degree') return withMeasure(node.value, units.measureOf('deg'));
  if (node.kind !== 'quantity') return undefined;
  return withMeasure(node.value, units.read(node.unit, anyNoun)?.measure);
}

function givenUnit(gold: Node, { options: { unit }, units }: Judge): Measured | undefined {
  const scalar = !['list', 'group', 'relation', 'matrix', 'set-operation', 'text', 'quantity'].includes(
    gold.kind,
  );
  return scalar && unit !== undefined ? withMeasure(gold, units.read(unit, anyNoun)?.measure) : undefined;
}

function withMeasure(value: Node, measure: Measure | undefined): Measured | undefined {
  return measure && { value, measure };
}

/** `25°` may be an angle or a temperature. */
function isAmbiguousDegree(node: Node, { measure }: Measured): boolean {
  return node.kind === 'degree' && measure.dimensions.has('K');
}

/** `5 m/s` of letters that are units, behind a number without names. */
function bareLetters(node: Node, units: Units): Measured | undefined {
  if (node.kind !== 'product') return undefined;
  const factors = allFactors(node);
  const letters = factors.map((factor) => letterUnit(factor, units));
  const written = letters.filter((letter) => letter !== undefined).join(' ');
  const values = factors.filter((_, index) => letters[index] === undefined);
  if (written === '' || values.length === 0 || !values.every((value) => value.kind === 'number'))
    return undefined;
  return withMeasure(
    values.length === 1 ? (values[0] as Node) : product(values),
    units.read(written)?.measure,
  );
}

function letterUnit(node: Node, units: Units): string | undefined {
  if (node.kind === 'symbol') return units.measureOf(node.name) && node.name;
  const { base, power } = powerOf(node);
  return base.kind === 'symbol' && isInteger(power) && units.measureOf(base.name)
    ? `${base.name}^${power.numerator}`
    : undefined;
}

/** `(s^2)^{-1}` is `s` to the power −2. */
function powerOf(node: Node): { readonly base: Node; readonly power: Rational } {
  if (node.kind !== 'power' || node.exponent.kind !== 'number') return { base: node, power: ONE };
  const inner = powerOf(node.base);
  return { base: inner.base, power: multiply(inner.power, node.exponent.value) };
}
