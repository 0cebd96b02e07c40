import { TEXT_COMMAND } from './clean-latex.ts';
import { add, divide, negate, type Rational, scaleByPowerOfTen } from './rational.ts';

/** A number as an answer states it. */
export interface NumberAnswer {
  readonly kind: 'number';
  readonly value: Rational;
  /** It carries a percent sign; `value` is the number in front of the sign. */
  readonly percent: boolean;
  /** `null` unless written with a decimal point: how precisely it claims to know the value. */
  readonly decimal: { readonly significantDigits: number; readonly places: number } | null;
}

/**
 * Reads an integer (`1,234`, `6{,}248`), a decimal, a fraction (`3/4`, `\frac34`), a mixed number (`1\frac12`) or
 * scientific notation (`1.7e4`, `1.7 \times 10^{4}`), with an optional sign, percent sign, degree sign and unit in
 * `\text{…}`. Everything else is `null`: no arithmetic is done.
 *
 * @param text - cleaned by `cleanLatex`
 */
export function parseNumber(text: string): NumberAnswer | null {
  const { rest, percent } = dropUnits(text);
  const sign = /^[+-]?/.exec(rest)?.[0] ?? '';
  const magnitude = parseMagnitude(rest.slice(sign.length).trimStart());
  if (!magnitude) return null;
  return {
    kind: 'number',
    value: sign === '-' ? negate(magnitude.value) : magnitude.value,
    percent,
    decimal: magnitude.decimal,
  };
}

type Magnitude = Pick<NumberAnswer, 'value' | 'decimal'>;

const UNSIGNED = '(?:[0-9]{1,3}(?:(?:,|\\{,\\})[0-9]{3})+(?:\\.[0-9]*)?|[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)';
const EXPONENT = '\\^\\s*(?:\\{\\s*([+-]?[0-9]{1,3})\\s*\\}|([0-9]))';
const DECIMAL = new RegExp(`^${UNSIGNED}$`);
const SLASH = new RegExp(`^(${UNSIGNED})\\s*/\\s*(${UNSIGNED})$`);
const SCIENTIFIC = new RegExp(
  `^(${UNSIGNED})(?:\\s*(?:\\\\times|\\\\cdot|×|\\*)\\s*10\\s*${EXPONENT}|[eE]([+-]?[0-9]{1,3}))$`,
);
const POWER_OF_TEN = new RegExp(`^10\\s*${EXPONENT}$`);
const FRACTION = /^([0-9]+)?\s*\\frac\s*(?:\{([^{}]*)\}|([0-9]))\s*(?:\{([^{}]*)\}|([0-9]))$/;

function parseMagnitude(text: string): Magnitude | null {
  if (DECIMAL.test(text)) return decimal(text, 0);
  const slash = SLASH.exec(text);
  if (slash) return quotient(slash[1], slash[2]);
  const fraction = FRACTION.exec(text);
  if (fraction) {
    const proper = quotient(fraction[2] ?? fraction[3], fraction[4] ?? fraction[5]);
    return fraction[1] === undefined ? proper : mixed(fraction[1], proper);
  }
  const scientific = SCIENTIFIC.exec(text);
  if (scientific)
    return decimal(scientific[1] ?? '', Number(scientific[2] ?? scientific[3] ?? scientific[4]));
  const power = POWER_OF_TEN.exec(text);
  return power ? decimal('1', Number(power[1] ?? power[2])) : null;
}

/** @param text - matches `UNSIGNED` */
function decimal(text: string, exponent: number): Magnitude {
  const [whole = '', fraction] = text.replaceAll(/[{},]/g, '').split('.');
  const digits = whole + (fraction ?? '');
  const places = (fraction ?? '').length - exponent;
  return {
    value: scaleByPowerOfTen({ numerator: BigInt(digits), denominator: 1n }, -places),
    decimal: fraction ? { significantDigits: digits.replace(/^0+/, '').length, places } : null,
  };
}

function quotient(dividend: string | undefined, divisor: string | undefined): Magnitude | null {
  const above = signedDecimal(dividend ?? '');
  const below = signedDecimal(divisor ?? '');
  const value = above && below && divide(above, below);
  return value && { value, decimal: null };
}

function signedDecimal(text: string): Rational | null {
  const [, sign, unsigned = ''] = /^\s*([+-]?)\s*([0-9.,]*)\s*$/.exec(text) ?? [];
  if (!DECIMAL.test(unsigned)) return null;
  const { value } = decimal(unsigned, 0);
  return sign === '-' ? negate(value) : value;
}

/** `1\frac12` is 3/2. Only a positive proper fraction reads as the fractional part of a mixed number. */
function mixed(whole: string, part: Magnitude | null): Magnitude | null {
  if (!part || part.value.numerator <= 0n || part.value.numerator >= part.value.denominator) return null;
  return { value: add({ numerator: BigInt(whole), denominator: 1n }, part.value), decimal: null };
}

const DEGREE = /(?:\^\s*(?:\{\s*\\circ\s*\}|\\circ)|°|\\degree)$/;
const UNIT = new RegExp(`${TEXT_COMMAND}\\s*\\{([^{}]*)\\}(?:\\^(?:\\{-?[1-4]\\}|[1-4]))?$`);
const MOST_UNITS = 6;

function dropUnits(text: string): { rest: string; percent: boolean } {
  let rest = text;
  let percent = false;
  for (let count = 0; count < MOST_UNITS; count += 1) {
    const unit = UNIT.exec(rest);
    const degree = DEGREE.exec(rest);
    const end = unit && isUnit(unit[1] ?? '') ? unit.index : degree?.index;
    if (end !== undefined) {
      rest = rest.slice(0, end).trimEnd();
    } else if (!percent && rest.endsWith('%')) {
      percent = true;
      rest = rest.slice(0, rest.endsWith('\\%') ? -2 : -1).trimEnd();
    } else break;
  }
  return { rest, percent };
}

/**
 * Words that name what is counted or measured. Not a second number in disguise (`or 18`), nor a one-letter
 * constant or variable set upright (`\mathrm{i}`).
 */
function isUnit(text: string): boolean {
  const words = text.trim();
  if (!/^[A-Za-z .,/°µ·-]*$/.test(words)) return false;
  if (/^[A-Za-z]$/.test(words)) return /^[mgshlLNJWVAKCFT]$/.test(words);
  return !/\b(?:or|and|not|than|least|most|more|less|to|pi|sin|cos|log|ln)\b/i.test(words);
}
