import { pythonFloat } from './python-float.ts';

const TOLERANCE = 1e-4;

/**
 * Compares two answers of the paper's evaluation as numbers: right is the gold, a hundredth of it or a hundred times
 * it, to 1e-4 (relative).
 *
 * @returns `undefined` unless both are numbers
 */
export function equalNumbers(prediction: string, gold: string): boolean | undefined {
  const value = digitsOf(prediction);
  const reference = value === undefined ? undefined : digitsOf(gold);
  if (value === undefined || reference === undefined) return undefined;
  return [reference / 100, reference, reference * 100].some((each) => isClose(value, each));
}

/** Commas do not matter, a percent sign at the end divides by 100. */
function digitsOf(text: string): number | undefined {
  const plain = text.replaceAll(',', '');
  const value = pythonFloat(plain);
  if (value !== undefined || !plain.endsWith('%')) return value;
  const share = pythonFloat(plain.replace(/\\?%$/, ''));
  return share === undefined ? undefined : share / 100;
}

/** Python's `math.isclose`. */
function isClose(left: number, right: number): boolean {
  if (left === right) return true;
  if (!Number.isFinite(left) || !Number.isFinite(right)) return false;
  return Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right));
}
