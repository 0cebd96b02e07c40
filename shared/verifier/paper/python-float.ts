import { asciiDigits } from './ascii-digits.ts';

const DIGITS = String.raw`\d+(?:_\d+)*`;
const NUMBER = new RegExp(
  String.raw`^[+-]?(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:e[+-]?${DIGITS})?$`,
  'i',
);
const SPECIAL = /^[+-]?(?:inf(?:inity)?|nan)$/i;

/**
 * What Python's `float(text)` gives: surrounding white space, underscores between digits, full-width digits, `inf`
 * and `nan` are all right.
 *
 * @returns `undefined` where Python raises
 */
export function pythonFloat(text: string): number | undefined {
  const plain = asciiDigits(text.trim());
  if (NUMBER.test(plain)) return Number(plain.replaceAll('_', ''));
  if (!SPECIAL.test(plain)) return undefined;
  if (/nan/i.test(plain)) return Number.NaN;
  return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The paper's tolerance for "is an integer": so every |x| < 1e-7 counts as 0. */
export function isNearInteger(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value - Math.round(value)) <= 1e-7;
}
