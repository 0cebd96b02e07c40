import { exact, product, quotient, squareRoot } from '../node/make-node.ts';
import type { Bracket, Node } from '../node/node.ts';
import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { parseDescribedSet } from './parse-set.ts';
import { isConnector } from './separator.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';
import { DENIALS } from './vocabulary.ts';

/** A number, a name, a function with its argument, a command, or something in brackets. */
export function parsePrimary(cursor: Cursor): Node {
  const { token } = cursor;
  switch (token.kind) {
    case 'number':
      cursor.next();
      return cursor.isMark('_')
        ? based(cursor, token.text)
        : (basedInWords(cursor, token.text) ?? token.node);
    case 'symbol':
      return parseSymbol(cursor);
    case 'word':
      if (DENIALS.has(token.text.toLowerCase())) throw new Unreadable(); // a word that denies
      return letters(cursor, token.text.length);
    case 'function':
      return cursor.nested(() => cursor.grammar.applied(cursor));
    case 'command':
      return cursor.nested(() => cursor.grammar.command(cursor));
    case 'mark':
      return cursor.nested(() => bracketed(cursor, token.text));
    case 'text':
      return money(cursor);
    case 'end':
      throw new Unreadable(); // a value expected
    default:
      return token satisfies never;
  }
}

/** `\$5`, `€5`, `USD 5` */
function money(cursor: Cursor): Node {
  const { token } = cursor;
  if (!isMoney(token)) throw new Unreadable(); // a value expected
  cursor.next();
  return { kind: 'quantity', value: cursor.grammar.factor(cursor), unit: token.text.trim() };
}

export function isMoney({ kind, text }: Token): boolean {
  return kind === 'text' && /^\s*(?:[$€£¥₹]|USD|EUR|GBP|Rs\.?|INR|US\s?\$)\s*$/.test(text);
}

const BASES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(
    ' ',
  );

/** `52_8`, `4210_{5}`, `40_{(9)}`, `52_{\text{eight}}` */
function based(cursor: Cursor, digits: string): Node {
  cursor.expect('_');
  const written = cursor.isMark('{') ? bracedText(cursor) : cursor.next().text.trim();
  const [, named = ''] = /^\(?(?:base)?\s*([a-z]+|\d{1,2})\)?$/i.exec(written) ?? [];
  if (digits === '') throw new Unreadable(); // digits expected
  return { kind: 'based', digits, base: baseOf(named) };
}

function baseOf(named: string): number {
  const word = BASES.indexOf(named.toLowerCase());
  const base = word >= 0 ? word : Number(named || 'none');
  if (!(base >= 2)) throw new Unreadable(); // a base expected
  return base;
}

/** `2516 \text{ base } 8`, `2516 \text{ (base eight)}`, as words or with the digit read already. */
function basedInWords(cursor: Cursor, digits: string): Node | undefined {
  const open = cursor.isMark('(') && /^base$/i.test(cursor.peek(1).text.trim()) ? 1 : 0;
  const token = cursor.peek(open);
  if (digits === '' || (token.kind !== 'text' && token.kind !== 'word')) return undefined;
  const found = /^\s*(?:in\s+)?\(?\s*base\s*([a-z]+|\d{1,2})?\s*\)?\s*$/i.exec(token.text);
  if (!found) return undefined;
  for (let count = 0; count <= open; count += 1) cursor.next();
  const base = baseOf(found[1] ?? cursor.next().text.trim());
  if (open === 1) cursor.expect(')');
  return { kind: 'based', digits, base };
}

/** After a bracket: `(2516)_8`, `(1A3)_{16}`. */
function basedInBrackets(cursor: Cursor): Node | undefined {
  let digits = '';
  let ahead = 0;
  for (let token = cursor.peek(0); isDigits(token); token = cursor.peek(ahead)) {
    digits += token.text;
    ahead += 1;
  }
  const closed = cursor.isMark(')', ahead) || cursor.isMark(']', ahead);
  if (digits === '' || !closed || !cursor.isMark('_', ahead + 1)) return undefined;
  for (let count = 0; count <= ahead; count += 1) cursor.next();
  return based(cursor, digits.toUpperCase());
}

function isDigits(token: Token): boolean {
  if (token.kind === 'number') return /^\d+$/.test(token.text);
  return (token.kind === 'symbol' || token.kind === 'word') && /^[A-Fa-f]+$/.test(token.text);
}

/** Letters that usually name functions: `f(x)` is always a call. */
const FUNCTION_LETTERS = new Set(['f', 'g', 'h', 'F', 'G', 'H', 'phi', 'Phi', 'Gamma', 'psi', 'delta']);

function parseSymbol(cursor: Cursor): Node {
  const name = cursor.next().text;
  if (name === '∅') return { kind: 'group', open: '{', close: '}', items: [] };
  if (name === '∞') return { kind: 'constant', name: 'infinity' };
  const numbers = numberSet(cursor, name);
  if (numbers !== undefined) return { kind: 'symbol', name: numbers };
  const full = decorated(cursor, name);
  if (full === name) {
    if (name === 'π') return { kind: 'constant', name: 'pi' };
    if (name === 'e') return { kind: 'constant', name: 'e' };
    if (name === 'i' && !cursor.bound.includes('i')) return { kind: 'constant', name: 'i' };
  }
  return inverseCall(cursor, name) ?? callOf(cursor, name, full) ?? { kind: 'symbol', name: full };
}

const NUMBER_SETS: Readonly<Record<string, string>> = {
  '\\mathbb Z': 'Z',
  '\\mathbb N': 'N',
  '\\mathbb Q': 'Q',
  '\\mathbb C': 'C',
  '\\Z': 'Z',
  '\\N': 'N',
  '\\Q': 'Q',
  '\\C': 'C',
  ℤ: 'Z',
  ℕ: 'N',
  ℚ: 'Q',
  ℂ: 'C',
  ℝ: 'ℝ',
  '\\R': 'ℝ',
  '\\Reals': 'ℝ',
};

/** `ℤ`, `ℚ^+`, `\mathbb{R}_{>0}`: numbers of a kind, of one sign perhaps; the name is one for all spellings. */
function numberSet(cursor: Cursor, name: string): string | undefined {
  const letter = NUMBER_SETS[name];
  if (letter === undefined) return undefined;
  const plain = letter === 'ℝ' ? 'ℝ' : `\\mathbb ${letter}`;
  let sign = '';
  while (cursor.isMark('_') || cursor.isMark('^')) {
    const position = cursor.position;
    cursor.next();
    const written = (cursor.isMark('{') ? bracedText(cursor) : cursor.next().text).replaceAll(/\s/g, '');
    const one = /^(?:\+|>0|\+\*|\*\+)$/.test(written)
      ? '+'
      : /^(?:-|<0)$/.test(written)
        ? '-'
        : /^(?:≥0|0\+|\+0)$/.test(written)
          ? '≥0'
          : /^(?:\*|≠0)$/.test(written)
            ? '≠0'
            : undefined;
    if (one === undefined) {
      cursor.reset(position);
      break;
    }
    sign += one;
  }
  return plain + sign;
}

/** Subscripts before primes, however they were written. */
export function decorated(cursor: Cursor, name: string): string {
  let subscript = '';
  let primes = '';
  for (;;) {
    if (cursor.skip("'")) primes += "'";
    else if (cursor.isMark('_')) {
      cursor.next();
      subscript += `_${cursor.isMark('{') ? bracedText(cursor) : cursor.next().text}`;
    } else return name + subscript + primes;
  }
}

/** `f^{-1}(x)` */
function inverseCall(cursor: Cursor, letter: string): Node | undefined {
  if (!FUNCTION_LETTERS.has(letter) || !cursor.isMark('^')) return undefined;
  const position = cursor.position;
  cursor.next();
  const exponent = cursor.isMark('{') ? bracedText(cursor) : '';
  const args = exponent === '-1' && cursor.isMark('(') ? callArguments(cursor) : undefined;
  if (args) return { kind: 'opaque', name: `${letter}^-1`, args };
  cursor.reset(position);
  return undefined;
}

function callOf(cursor: Cursor, letter: string, name: string): Node | undefined {
  const braced = cursor.isMark('{') && cursor.isMark('(', 1);
  if (!(cursor.isMark('(') || braced) || !/^[\\A-Za-zπ]+/.test(letter)) return undefined;
  const always = FUNCTION_LETTERS.has(letter);
  if (!always && !cursor.calls) return undefined;
  const position = cursor.position;
  if (braced) cursor.next();
  if (/^[A-Z]$/.test(letter)) remarkGiven(cursor);
  const group = callArguments(cursor);
  if (braced && !cursor.skip('}')) throw new Unreadable(); // an unclosed brace
  const plain = group?.every((argument) => isPlainArgument(argument, letter)) ?? false;
  if (group && (always || plain)) {
    cursor.ambiguousCall ||= !always && group.length === 1 && group[0]?.kind === 'symbol';
    return { kind: 'opaque', name, args: group };
  }
  cursor.reset(position);
  return undefined;
}

/** `P(A ∩ B)` and `P(X = 3)` are no products either. */
function isPlainArgument(node: Node, letter: string): boolean {
  if (node.kind === 'set-operation') return true;
  if (node.kind === 'relation') return /^[A-Z]$/.test(letter);
  return node.kind === 'symbol' || node.kind === 'number' || node.kind === 'constant';
}

/** The one bar of `P(A | B)`. */
function remarkGiven(cursor: Cursor): void {
  const bars: number[] = [];
  for (let ahead = 1; !cursor.isMark(')', ahead) && cursor.peek(ahead).kind !== 'end'; ahead += 1)
    if (cursor.isMark('|', ahead)) bars.push(ahead);
  const [bar] = bars;
  if (bar !== undefined && bars.length === 1) cursor.remark(bar, '∣');
}

function callArguments(cursor: Cursor): readonly Node[] | undefined {
  cursor.expect('(');
  const items = separated(cursor, ')');
  return cursor.skip(')') && items.length > 0 ? items : undefined;
}

/** A run of letters is a product of them, `2RC`; powers and calls belong to the last: `ab^2` is `a·b²`. */
function letters(cursor: Cursor, length: number): Node {
  if (length > LONGEST_PRODUCT) throw new Unreadable(); // a word
  const factors: Node[] = [];
  for (let letter = cursor.takeLetter(); letter !== undefined; letter = cursor.takeLetter())
    factors.push(letterNode(cursor, letter));
  return product([...factors, cursor.grammar.factor(cursor)]);
}

/** More letters than that are a word. */
const LONGEST_PRODUCT = 12;

export function letterNode(cursor: Cursor, letter: string): Node {
  if (letter === 'e') return { kind: 'constant', name: 'e' };
  if (letter === 'i' && !cursor.bound.includes('i')) return { kind: 'constant', name: 'i' };
  return { kind: 'symbol', name: letter };
}

const ROOTS: ReadonlyMap<string, number> = new Map([
  ['√', 2],
  ['∛', 3],
  ['∜', 4],
]);

function bracketed(cursor: Cursor, mark: string): Node {
  cursor.next();
  switch (mark) {
    case '(':
    case '[':
      return basedInBrackets(cursor) ?? group(cursor, mark, [')', ']']);
    case '\\{':
      return setInBraces(cursor);
    case '⟨': {
      const items = closedBy(cursor, '⟩');
      return { kind: 'group', open: '(', close: ')', items };
    }
    case '{':
      return texGroup(cursor);
    case '|':
      return absolute(between(cursor, '|'));
    case '‖':
      return { kind: 'opaque', name: 'norm', args: [between(cursor, '‖')] };
    case '⌊':
      return { kind: 'call', name: 'floor', args: [until(cursor, '⌋')] };
    case '⌈':
      return { kind: 'call', name: 'ceil', args: [until(cursor, '⌉')] };
    default:
      return radical(cursor, mark);
  }
}

/** Bars around a matrix are its determinant. */
function absolute(node: Node): Node {
  return { kind: 'call', name: node.kind === 'matrix' ? 'det' : 'abs', args: [node] };
}

/** `\{1, 2\}`, `\{x : x > 1\}`, or the brace before an array of cases. */
function setInBraces(cursor: Cursor): Node {
  if (cursor.token.kind === 'command' && cursor.token.text === 'begin') {
    const cases = cursor.grammar.command(cursor);
    if (!cursor.isMark('\\}') && !cursor.isMark(',')) return cases;
    cursor.skip(',');
    const others = closedBy(cursor, '\\}');
    return { kind: 'group', open: '{', close: '}', items: [cases, ...others] };
  }
  const described = parseDescribedSet(cursor);
  return described ?? { kind: 'group', open: '{', close: '}', items: closedBy(cursor, '\\}') };
}

function radical(cursor: Cursor, mark: string): Node {
  const degree = ROOTS.get(mark);
  if (degree === undefined) throw new Unreadable(); // a value expected
  const value = parsePrimary(cursor);
  return degree === 2 ? squareRoot(value) : { kind: 'call', name: 'root', args: [value, exact(degree)] };
}

/** Brackets of one value only group; `(a,b]` stays as it is. */
function group(cursor: Cursor, open: '(' | '[', closings: readonly Bracket[]): Node {
  const items = outsideBars(cursor, () => separated(cursor, ')', ']'));
  const close = closings.find((bracket) => cursor.skip(bracket));
  const [only] = items;
  if (close === undefined || only === undefined) throw new Unreadable(); // an unclosed bracket
  const grouping = (open === '(') === (close === ')');
  if (items.length === 1 && !grouping) throw new Unreadable(); // brackets that do not match
  return items.length === 1 ? only : { kind: 'group', open, close, items };
}

/** Bare braces group, or hold a set where commas stand in them. */
function texGroup(cursor: Cursor): Node {
  const items = outsideBars(cursor, () => separated(cursor, '}'));
  const [only] = items;
  const infix =
    cursor.token.kind === 'command' && (cursor.token.text === 'choose' || cursor.token.text === 'over');
  if (only && infix) return infixCommand(cursor, only);
  cursor.expect('}');
  return items.length === 1 && only ? only : { kind: 'group', open: '{', close: '}', items };
}

/** `{n \choose k}` and `{a \over b}` */
function infixCommand(cursor: Cursor, first: Node): Node {
  const name = cursor.next().text;
  const second = cursor.grammar.sum(cursor);
  cursor.expect('}');
  return name === 'over'
    ? quotient(first, second)
    : { kind: 'call', name: 'binomial', args: [first, second] };
}

function closedBy(cursor: Cursor, close: string): readonly Node[] {
  const items = outsideBars(cursor, () => separated(cursor, close));
  cursor.expect(close);
  return items;
}

function separated(cursor: Cursor, ...closings: readonly string[]): readonly Node[] {
  const items: Node[] = [];
  while (!closings.some((close) => cursor.isMark(close))) {
    items.push(cursor.grammar.item(cursor));
    if (!skipSeparator(cursor)) break;
  }
  return items;
}

function skipSeparator(cursor: Cursor): boolean {
  const comma = cursor.skip(',') || cursor.skip(';');
  if (cursor.token.kind === 'text' && isConnector(cursor.token.text)) {
    cursor.next();
    return true;
  }
  return comma;
}

function between(cursor: Cursor, bar: string): Node {
  cursor.bars += 1;
  const node = cursor.grammar.sum(cursor);
  cursor.bars -= 1;
  cursor.expect(bar);
  return node;
}

function until(cursor: Cursor, close: string): Node {
  const node = outsideBars(cursor, () => cursor.grammar.sum(cursor));
  cursor.expect(close);
  return node;
}

/** Inside brackets a `|` opens again. */
function outsideBars<T>(cursor: Cursor, parse: () => T): T {
  const { bars } = cursor;
  cursor.bars = 0;
  const parsed = parse();
  cursor.bars = bars;
  return parsed;
}
