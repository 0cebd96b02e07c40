import type { Units } from '../../ports/units.ts';
import { leadingNumber, MULTIPLIERS } from './number-words.ts';
import { digitsNode } from './read-number.ts';
import type { Unspaced } from './token.ts';

const PERCENT = /\bper cents?\b|\bpercentage points?\b/gi;
const DIVIDED = /\b(divided|multiplied) by\b/gi;

/** Words that are signs. */
const SIGNS: ReadonlyMap<string, readonly Unspaced[]> = new Map(
  Object.entries({
    plus: [mark('+')],
    minus: [mark('-')],
    negative: [mark('-')],
    times: [mark('*')],
    multiplied: [mark('*')],
    divided: [mark('/')],
    squared: [mark('^'), number(2n)],
    cubed: [mark('^'), number(3n)],
    percent: [mark('%')],
    pct: [mark('%')],
    percentage: [mark('%')],
    equals: [mark('=')],
    pi: [{ kind: 'symbol', text: 'π' }],
    infinity: [{ kind: 'symbol', text: '∞' }],
    and: [{ kind: 'text', text: 'and' }],
    or: [{ kind: 'text', text: 'or' }],
  } as const),
);

/**
 * Words as tokens: a unit stays as it is, numbers and operators in words become numbers and signs, all else is words that
 * a rule has to read.
 *
 * @param followsValue - whether a value stands before them
 */
export function wordTokens(text: string, followsValue: boolean, units: Units): readonly Unspaced[] {
  const isNumber = !followsValue && /^\s*zero\s*$/i.test(text); // behind a value it is a root
  const isUnit = !isNumber && text.search(PERCENT) < 0 && units.read(text) !== undefined;
  if (isUnit || BASE.test(text)) return [{ kind: 'text', text }];
  const words = text.replaceAll(PERCENT, 'percent').replaceAll(DIVIDED, '$1').trim().split(/\s+/);
  const tokens: Unspaced[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) tokens.push({ kind: 'text', text: plain.join(' ') });
    plain = [];
  };
  for (let at = 0; at < words.length; ) {
    const word = (words[at] as string).toLowerCase(); // in range
    const numeral = leadingNumber(words.slice(at, at + MOST_NUMBER_WORDS));
    const sign = SIGNS.get(word.replace(/[.,]$/, ''));
    const multiplies = MULTIPLIERS.has(word) && (followsValue || tokens.length > 0) && plain.length === 0;
    if (numeral || sign || multiplies) flush();
    if (numeral) tokens.push(number(numeral.value));
    else if (sign) tokens.push(...sign);
    else if (multiplies) tokens.push({ kind: 'text', text: word });
    else plain.push(words[at] as string);
    at += numeral?.length ?? 1;
  }
  flush();
  return tokens;
}

/** The tokens of a word that is a sign, of four letters or more: fewer are rather a product. */
export function signOf(word: string): readonly Unspaced[] | undefined {
  return word.length > 3 ? SIGNS.get(word) : undefined;
}

const MOST_NUMBER_WORDS = 16;
/** `(base eight)` behind digits. */
const BASE = /^\s*(?:in\s+)?\(?\s*base\b/i;

function mark(text: string): Unspaced {
  return { kind: 'mark', text };
}

function number(value: bigint): Unspaced {
  return { kind: 'number', text: String(value), node: digitsNode(String(value)) };
}
