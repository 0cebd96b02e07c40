import { exact } from '../node/make-node.ts';
import type { NumberNode } from '../node/node.ts';
import { integer, multiply, powerOfTen } from '../node/rational.ts';

/** Nobody's answer has more zeros. */
const LARGEST_SCALE = 5_000;

/**
 * Python's number: an integer in any of its bases, or a decimal, which sympy computes with as a `Float`.
 *
 * @returns `undefined` for one beyond 10^±5000
 */
export function readPythonNumber(text: string): NumberNode | undefined {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (/^0[xbo]/.test(digits) || /^[0-9]+$/.test(digits)) return exact(BigInt(digits));
  const [mantissa = '', exponent = '0'] = digits.split('e');
  const [whole = '', decimals = ''] = mantissa.split('.');
  const scale = Number(exponent) - decimals.length;
  if (Math.abs(scale) > LARGEST_SCALE) return undefined;
  const value = multiply(integer(BigInt(whole + decimals)), powerOfTen(scale));
  return { kind: 'number', value, decimals: -scale, digits: (whole + decimals).replace(/^0+/, '').length };
}
