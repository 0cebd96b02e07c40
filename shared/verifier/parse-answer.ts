import { cleanLatex, TEXT_COMMAND } from './clean-latex.ts';
import { type NumberAnswer, parseNumber } from './parse-number.ts';
import { equals } from './rational.ts';

/** An ordered pair, triple, …, or an interval: brackets are part of the value. */
export interface TupleAnswer {
  readonly kind: 'tuple';
  readonly brackets: '()' | '(]' | '[)' | '[]';
  readonly items: readonly Value[];
}

/** Anything that is neither: compared letter by letter after normalisation. */
interface TextAnswer {
  readonly kind: 'text';
  readonly text: string;
}

export type Value = NumberAnswer | TupleAnswer | TextAnswer;

export interface Answer {
  readonly value: Value;
  /** The left side of an assignment: `x` of `x = 5`. */
  readonly name: string | null;
}

/**
 * Reads a boxed or a reference answer as a number, a tuple of values, or else as text. Never throws; its work is
 * linear in the length of the text (`gold-fault.ts` bounds the digits, and with them the exact arithmetic).
 */
export function parseAnswer(text: string): Answer {
  const clean = cleanLatex(text);
  const sides = clean.split('=').map((side) => side.trim());
  const [left = '', ...rest] = sides;
  const name = rest.length > 0 && NAME.test(left.replaceAll(/\s/g, '')) ? left.replaceAll(/\s/g, '') : null;
  const value = chainValue(name === null ? sides : rest);
  return value ? { value, name } : { value: textValue(clean), name: null };
}

const DEEPEST_TUPLE = 4;
const SYMBOL = "(?:[A-Za-z]|\\\\(?!pi|infty)[A-Za-z]+)(?:_(?:\\{[A-Za-z0-9]+\\}|[A-Za-z0-9]))?'?";
/** `x`, `x_1`, `AB`, `f(x)`, `|AB|`, `A:B`, `(p,q)`: what may stand left of `=` without making it an equation. */
const NAME = new RegExp(
  `^(?:${SYMBOL}|[A-Z]{2,3}|${SYMBOL}\\((?:${SYMBOL}|[0-9]+)(?:,(?:${SYMBOL}|[0-9]+))*\\)|\\|[A-Z]{1,3}\\||` +
    `${SYMBOL}:${SYMBOL}|\\(${SYMBOL}(?:,${SYMBOL})+\\))$`,
);

/** The value that every side of `34/2 = 17` states; `undefined` for sides that differ or are no values. */
function chainValue(sides: readonly string[]): Value | undefined {
  const values = sides.map((side) => parseTuple(side, 0) ?? parseNumber(insideParentheses(side)));
  const last = values.at(-1);
  if (values.length === 1) return last ?? undefined;
  const agree = values.every(
    (value) =>
      value?.kind === 'number' &&
      last?.kind === 'number' &&
      value.percent === last.percent &&
      equals(value.value, last.value),
  );
  return agree ? (last ?? undefined) : undefined;
}

/** `(5)` is 5. */
function insideParentheses(text: string): string {
  return /^\([^()]*\)$/.test(text) ? text.slice(1, -1).trim() : text;
}

function parseTuple(text: string, depth: number): TupleAnswer | null {
  const brackets = `${text[0]}${text.at(-1)}`;
  if (depth >= DEEPEST_TUPLE || !isBrackets(brackets)) return null;
  const items = splitInside(text);
  if (!items || items.length < 2 || items.includes('')) return null;
  return {
    kind: 'tuple',
    brackets,
    items: items.map((item) => parseNumber(item) ?? parseTuple(item, depth + 1) ?? textValue(item)),
  };
}

function isBrackets(brackets: string): brackets is TupleAnswer['brackets'] {
  return brackets === '()' || brackets === '(]' || brackets === '[)' || brackets === '[]';
}

/** The parts between top-level commas, if the first bracket closes at the very end. */
function splitInside(text: string): string[] | null {
  const items: string[] = [];
  let depth = 0;
  let itemStart = 1;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string; // at < length
    if (char === '\\') at += 1;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    else if (char === ',' && depth === 1) {
      items.push(text.slice(itemStart, at).trim());
      itemStart = at + 1;
    }
    if (depth === 0 && at < text.length - 1) return null;
  }
  return [...items, text.slice(itemStart, -1).trim()];
}

const TEXT_ARGUMENT = new RegExp(`${TEXT_COMMAND}\\s*\\{([^{}]*)\\}`, 'g');

/**
 * Case counts in formulas and not in words; spaces count between digits only; an option letter may stand in
 * parentheses; `\text{…}` and a full stop at the end are dropped.
 */
function textValue(clean: string): TextAnswer {
  const text = clean
    .replaceAll(TEXT_ARGUMENT, ' $1 ')
    .trim()
    .replace(/\.$/, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<![0-9]) | (?![0-9])/g, '')
    .replace(/^\(([A-Z])\)$/, '$1');
  return { kind: 'text', text: /^(?:no|\p{L}{3,})$/iu.test(text) ? text.toLowerCase() : text };
}
