import { add, fraction, integer, multiply, powerOfTen, type Rational, ZERO } from '../math/rational.ts';
import type { NumberNode } from './node.ts';

/** The most digits a number may have: exact arithmetic on them stays far below a millisecond. */
const MOST_DIGITS = 2_500;
const MOST_EXPONENT = 2_500;

const PLAIN_GROUPED = /\d{1,3}(?:,\d{3})+(?!\d)/y;
const LATEX_GROUPED = /\d{1,3}(?:(?:\{,\}|,\\!\s*|\\,|\\ |\\!|,\\,)\d{3})+(?!\d)/y;
const DIGITS = /\d+/y;
const FRACTION_PART = /\.\d*/y;
const REPEATING = /\\(?:overline|bar|dot)\s*\{(\d+)\}/y;
const EXPONENT = /(?:[eE]|\\mathrm\{[eE]\})([+-]?\d+)(?![\dA-Za-z.])/y;

export interface ReadNumber {
  readonly node: NumberNode;
  readonly end: number;
  /** The digits of a plain run, empty for any other spelling: LaTeX splits such runs after `\frac`. */
  readonly plain: string;
  /** Written with commas that could separate a list. */
  readonly thousands: boolean;
}

/**
 * Reads the number that begins at `at`: `1,234`, `1{,}234`, `.5`, `4.5e33`, `0.\overline{3}`.
 *
 * @param groups - whether `1,234` is one number
 * @returns `undefined` where none begins, or where it has too many digits
 */
export function readNumber(text: string, at: number, groups: boolean): ReadNumber | undefined {
  const grouped = match(LATEX_GROUPED, text, at) ?? (groups ? match(PLAIN_GROUPED, text, at) : undefined);
  const whole = grouped ?? match(DIGITS, text, at) ?? '';
  let end = at + whole.length;
  const point = whole === '' || text[end] === '.' ? (match(FRACTION_PART, text, end) ?? '') : '';
  if (whole === '' && point.length < 2) return undefined;
  end += point.length;
  const repeating = point === '' ? null : matchAll(REPEATING, text, end);
  if (repeating) end += repeating[0].length;
  const exponent = repeating ? null : matchAll(EXPONENT, text, end);
  if (exponent) end += exponent[0].length;
  const digits = whole.replaceAll(/\D/g, '');
  const decimals = point.slice(1);
  const scale = exponent ? Number(exponent[1]) : 0;
  if (digits.length + decimals.length > MOST_DIGITS || Math.abs(scale) > MOST_EXPONENT) return undefined;
  const node = repeating
    ? repeatingNode(digits, decimals, repeating[1] ?? '')
    : numberNode(digits, decimals, scale, point !== '' && decimals !== '');
  const plain = point === '' && !exponent && grouped === undefined ? whole : '';
  return { node, end, plain, thousands: grouped !== undefined && /^\d+(?:,\d+)+$/.test(grouped) };
}

/** The number that a plain run of digits writes. */
export function digitsNode(digits: string): NumberNode {
  return { kind: 'number', value: integer(BigInt(digits)), decimals: null, digits: digits.length };
}

function numberNode(whole: string, decimals: string, scale: number, decimal: boolean): NumberNode {
  const unscaled = integer(BigInt(whole + decimals || '0'));
  const exponent = scale - decimals.length;
  const value = exponent === 0 ? unscaled : multiply(unscaled, powerOfTen(exponent));
  const significant = (whole + decimals).replace(/^0+/, '');
  const rounded = decimal || scale !== 0;
  return { kind: 'number', value, decimals: rounded ? -exponent : null, digits: significant.length };
}

function repeatingNode(whole: string, decimals: string, period: string): NumberNode {
  const start = multiply(integer(BigInt(whole + decimals || '0')), powerOfTen(-decimals.length));
  const nines = BigInt('9'.repeat(period.length)) * 10n ** BigInt(decimals.length);
  const tail: Rational = fraction(BigInt(period), nines) ?? ZERO;
  return { kind: 'number', value: add(start, tail), decimals: null, digits: 0 };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  return matchAll(pattern, text, at)?.[0];
}

function matchAll(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
