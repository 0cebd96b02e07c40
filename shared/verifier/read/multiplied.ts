import { exact, product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { fraction, isInteger, multiply, ONE, powerOfTen } from '../node/rational.ts';
import { MULTIPLIERS } from './number-words.ts';
import type { Token } from './token.ts';

/** Whether a token is a word such as "million" or "dozen". */
export function isMultiplier({ kind, text }: Token): boolean {
  return kind === 'text' && MULTIPLIERS.has(text);
}

/** `3.2` million is 3200000 and still has two digits; `$3` million is money. */
export function multiplied(value: Node, word: string): Node {
  if (value.kind === 'quantity') return { ...value, value: multiplied(value.value, word) };
  const [numerator, denominator] = MULTIPLIERS.get(word) ?? [1n, 1n];
  const factor = fraction(numerator, denominator) ?? ONE;
  if (value.kind !== 'number') return product([value, exact(factor)]);
  const tens = isInteger(factor) ? String(numerator).length - 1 : 0;
  const shift = isInteger(factor) && powerOfTen(tens).numerator === numerator ? tens : undefined;
  const scaled = exact(multiply(value.value, factor));
  if (value.decimals === null || shift === undefined) return scaled;
  return { ...scaled, decimals: value.decimals - shift, digits: value.digits };
}
