import type { NumberNode } from '../node/node.ts';
import { add, fraction, integer, multiply, powerOfTen, type Rational, ZERO } from '../node/rational.ts';

/** The most digits a number may have: exact arithmetic on them stays far below a millisecond. */
const MOST_DIGITS = 2_500;
const MOST_EXPONENT = 2_500;

const PLAIN_GROUPED = /\d{1,3}(?:,\d{3})+(?!\d)/y;
const LATEX_GROUPED =
  /\d{1,3}(?:(?:\{[, ]\}|\{\\,\}|\{,\}\\!|,\\!\s*|\\,|\\ |\\:|\\;|\\!|,\\,|['’~])\d{3})+(?![\d/]|\s*\\frac)/y;
const DIGITS = /\d+/y;
const FRACTION_PART = /\.\d*/y;
/** `\overline{3}`, `\bar3`, `\dot{1}4285\dot{7}` */
const REPEATING = /\\(?:overline|bar)\s*(?:\{\s*(\d+)\s*\}|(\d))/y;
const DOTTED = /\\dot\s*(?:\{\s*(\d+)\s*\}|(\d))(?:(\d*)\s*\\dot\s*(?:\{\s*(\d)\s*\}|(\d)))?/y;
/** `0.(3)`: nothing else stands between the point and such brackets. */
const BRACKETED = /\((\d+)\)(?![\d^])/y;
const GOES_ON = /\s*(?:\\(?:ldots|dots|cdots|dotsc|dotsb)(?![A-Za-z])|\.\.\.|…)/y;
const EXPONENT = /(?:[eE]|\\(?:mathrm|text)\{[eE]\})([+-]?\d+)(?![\dA-Za-z.])/y;

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
  end += point.length;
  const repeating = point === '' ? undefined : periodAt(text, end, point.slice(1));
  if (whole === '' && point.length < 2 && (point === '' || !repeating)) return undefined;
  end = repeating?.end ?? end;
  const exponent = repeating ? null : matchAll(EXPONENT, text, end);
  if (exponent) end += exponent[0].length;
  const digits = whole.replaceAll(/\D/g, '');
  const decimals = repeating?.decimals ?? point.slice(1);
  const scale = exponent ? Number(exponent[1]) : 0;
  if (digits.length + decimals.length > MOST_DIGITS || Math.abs(scale) > MOST_EXPONENT) return undefined;
  const node = repeating
    ? repeatingNode(digits, decimals, repeating.period)
    : numberNode(digits, decimals, scale, point !== '' && decimals !== '');
  const plain = point === '' && !exponent && grouped === undefined ? whole : '';
  return { node, end, plain, thousands: grouped !== undefined && /^\d+(?:,\d+)+$/.test(grouped) };
}

interface Period {
  /** Digits between the point and the period. */
  readonly decimals: string;
  readonly period: string;
  readonly end: number;
}

/** What repeats behind the digits read so far: a line, dots or brackets mark it, or three rounds of it before `…`. */
function periodAt(text: string, end: number, decimals: string): Period | undefined {
  const line = matchAll(REPEATING, text, end);
  if (line) return { decimals, period: line[1] ?? line[2] ?? '', end: end + line[0].length };
  const dots = matchAll(DOTTED, text, end);
  if (dots) return { decimals, period: dots.slice(1).join(''), end: end + dots[0].length };
  const brackets = decimals === '' ? matchAll(BRACKETED, text, end) : null;
  if (brackets) return { decimals, period: brackets[1] ?? '', end: end + brackets[0].length };
  const goesOn = decimals === '' ? null : matchAll(GOES_ON, text, end);
  const rounds = goesOn && ROUNDS.exec(decimals.slice(-MOST_SEEN));
  if (!goesOn || !rounds) return undefined;
  const period = rounds[1] ?? '';
  return {
    decimals: decimals.slice(0, decimals.length - rounds[0].length),
    period,
    end: end + goesOn[0].length,
  };
}

const MOST_SEEN = 30;
const ROUNDS = /(\d{1,6}?)\1\1+$/;

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
