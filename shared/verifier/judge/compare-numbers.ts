import { isConstantWithin } from '../math/constant-within.ts';
import { equalExpressions } from '../math/equal-expressions.ts';
import { equalForPositiveNames } from '../math/equal-for-positive-names.ts';
import { evaluateConstant } from '../math/evaluate-constant.ts';
import { evaluateExactly } from '../math/evaluate-exactly.ts';
import type { Node, NumberNode } from '../node/node.ts';
import {
  absolute,
  compareRationals,
  divide,
  fraction,
  integer,
  multiply,
  powerOfTen,
  type Rational,
  subtract,
  toNumber,
} from '../node/rational.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';

/** A decimal counts as rounded from so many significant digits on; below it is taken as exact. */
const ROUNDED_GOLD_DIGITS = 3;
/** A decimal answer to an exact gold needs so many. */
const ROUNDED_ANSWER_DIGITS = 6;
/** Golds with so many digits were computed, not measured: their last digits are noise. */
const COMPUTED_DIGITS = 13;
const COMPUTED_TOLERANCE: Rational = powerOfTen(-9);
/** Distances below this part of a value are measured with many digits. */
const FINE: Rational = powerOfTen(-8);

/**
 * Compares two numbers or expressions under the policies for decimals and percentages: a rounded gold accepts what
 * rounds to it, an exact gold accepts a decimal of six correct digits, `p%` is `p` or `p/100` where only one side has
 * the sign.
 */
export function compareNumbers(gold: Node, answer: Node, judge: Judge): Judgement {
  if (gold.kind === 'percent' && answer.kind === 'percent')
    return compareNumbers(gold.value, answer.value, judge);
  if (gold.kind === 'percent') return comparePercent(gold.value, answer, judge);
  if (answer.kind === 'percent') return comparePercent(answer.value, gold, judge, true);
  return toleranceOf(judge) === undefined
    ? byDigits(gold, answer, judge)
    : withinTolerance(gold, answer, judge);
}

/** @param swapped - the percentage is the answer's */
function comparePercent(percent: Node, other: Node, judge: Judge, swapped = false): Judgement {
  const order = (a: Node, b: Node) => (swapped ? compareNumbers(b, a, judge) : compareNumbers(a, b, judge));
  if (order(percent, other).equal) return equal('equal-percent');
  const whole: Node = {
    kind: 'product',
    factors: [{ kind: 'number', value: integer(100), decimals: null, digits: 3 }, other],
  };
  const value = evaluateExactly(other, null, judge.fuel);
  const scaled: Node = value ? shifted(other, multiply(value, integer(100))) : whole;
  return order(percent, scaled).equal ? equal('equal-percent') : unequal('different-percent');
}

function shifted(node: Node, value: Rational): Node {
  if (node.kind !== 'number' || node.decimals === null)
    return { kind: 'number', value, decimals: null, digits: 0 };
  return { ...node, value, decimals: node.decimals - 2 };
}

function byDigits(gold: Node, answer: Node, judge: Judge): Judgement {
  const equality = equalExpressions(gold, answer, judge);
  if (equality === 'equal') return equal('equal-value');
  if (equalForPositiveNames(gold, answer, judge.fuel)) return equal('equal-for-positive-names');
  const rounded = roundedGold(gold, judge);
  if (rounded && isCoarser(answer, rounded)) return unequal('coarser-decimal');
  if (rounded) {
    const near =
      isWithin(answer, rounded.value, halfUnit(rounded), judge) || isComputed(rounded, answer, judge);
    return near ? equal('rounds-to-gold') : unequal('different-value');
  }
  if (answer.kind === 'number' && answer.decimals !== null && answer.digits >= ROUNDED_ANSWER_DIGITS) {
    return isWithin(gold, answer.value, halfUnit(answer), judge)
      ? equal('rounded-answer')
      : unequal('different-value');
  }
  return unequal(equality === 'unknown' ? 'unknown' : 'different-value');
}

/** The gold as a rounded decimal, if the policies take it for one. */
function roundedGold(gold: Node, { options }: Judge): NumberNode | undefined {
  if (gold.kind !== 'number') return undefined;
  const { significantDigits } = options;
  if (significantDigits !== undefined)
    return { ...gold, decimals: significantDigits - 1 - magnitude(gold.value), digits: significantDigits };
  return gold.decimals !== null && gold.digits >= ROUNDED_GOLD_DIGITS ? gold : undefined;
}

function magnitude(value: Rational): number {
  const size = Math.abs(toNumber(value));
  return size === 0 ? 0 : Math.floor(Math.log10(size));
}

function isCoarser(answer: Node, gold: NumberNode): boolean {
  return answer.kind === 'number' && answer.decimals !== null && answer.decimals < (gold.decimals ?? 0);
}

function halfUnit({ decimals }: NumberNode): Rational {
  return divide(powerOfTen(-(decimals ?? 0)), integer(2)) ?? integer(0);
}

function isComputed(gold: NumberNode, answer: Node, judge: Judge): boolean {
  if (gold.digits < COMPUTED_DIGITS) return false;
  return isWithin(answer, gold.value, multiply(absolute(gold.value), COMPUTED_TOLERANCE), judge);
}

function toleranceOf({ options: { tolerance } }: Judge): number | undefined {
  return typeof tolerance === 'number' ? tolerance : tolerance?.[0];
}

function withinTolerance(gold: Node, answer: Node, judge: Judge): Judgement {
  const exact = byDigits(gold, answer, { ...judge, options: {} });
  if (exact.equal) return exact;
  const center = evaluateExactly(gold, null, judge.fuel) ?? approximately(gold, judge);
  const allowed = rationalOf(toleranceOf(judge) ?? 0);
  return center && allowed && isWithin(answer, center, allowed, judge) ? equal('within-tolerance') : exact;
}

/** Whether a constant lies within a distance of a number: by doubles where the distance is large beside their error. */
function isWithin(node: Node, center: Rational, distance: Rational, judge: Judge): boolean {
  const exact = evaluateExactly(node, null, judge.fuel);
  if (exact) return compareRationals(absolute(subtract(exact, center)), distance) <= 0;
  const fine = compareRationals(distance, multiply(absolute(center), FINE)) < 0;
  if (fine) return isConstantWithin(node, center, distance, judge);
  const value = approximately(node, judge);
  return value !== undefined && compareRationals(absolute(subtract(value, center)), distance) <= 0;
}

/** A constant expression as the double nearest to it. */
function approximately(node: Node, { fuel }: Judge): Rational | undefined {
  const value = evaluateConstant(node, fuel);
  return value === undefined ? undefined : rationalOf(value);
}

/** The double as the fraction that it is. */
function rationalOf(value: number): Rational | undefined {
  if (!Number.isFinite(value)) return undefined;
  const written = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
  if (!written) return undefined;
  const [, sign = '', whole = '0', decimals = '', exponent = '0'] = written;
  const digits = fraction(BigInt(sign + whole + decimals), 1n);
  return digits && multiply(digits, powerOfTen(Number(exponent) - decimals.length));
}
