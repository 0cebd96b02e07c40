import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { exact, product, quotient, squareRoot } from './make-node.ts';
import type { Bracket, Node } from './node.ts';
import { isConnector } from './separator.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';

/** A number, a name, a function with its argument, a command, or something in brackets. */
export function parsePrimary(cursor: Cursor): Node {
  const { token } = cursor;
  switch (token.kind) {
    case 'number':
      cursor.next();
      return cursor.isMark('_') ? based(cursor, token.text) : token.node;
    case 'symbol':
      return parseSymbol(cursor);
    case 'word':
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
      throw new Unreadable('a value expected');
    default:
      return token satisfies never;
  }
}

/** `\$5`, `€5`, `USD 5` */
function money(cursor: Cursor): Node {
  const { token } = cursor;
  if (!isMoney(token)) throw new Unreadable('a value expected');
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

/** `52_8`, `4210_{5}`, `40_{(9)}` */
function based(cursor: Cursor, digits: string): Node {
  cursor.expect('_');
  const written = cursor.isMark('{') ? bracedText(cursor) : cursor.next().text;
  const base =
    BASES.indexOf(written) >= 0
      ? BASES.indexOf(written)
      : Number(/^\(?(?:base)?(\d{1,2})\)?$/.exec(written)?.[1]);
  if (Number.isNaN(base) || digits === '') throw new Unreadable('a base expected');
  return { kind: 'based', digits, base };
}

/** Letters that usually name functions: `f(x)` is always a call. */
const FUNCTION_LETTERS = new Set(['f', 'g', 'h', 'F', 'G', 'H', 'phi', 'Phi', 'Gamma', 'psi', 'delta']);

function parseSymbol(cursor: Cursor): Node {
  const name = cursor.next().text;
  if (name === '∅') return { kind: 'group', open: '{', close: '}', items: [] };
  if (name === '∞') return { kind: 'constant', name: 'infinity' };
  const full = decorated(cursor, name);
  if (full === name) {
    if (name === 'π') return { kind: 'constant', name: 'pi' };
    if (name === 'e') return { kind: 'constant', name: 'e' };
    if (name === 'i' && !cursor.bound.includes('i')) return { kind: 'constant', name: 'i' };
  }
  return callOf(cursor, name, full) ?? { kind: 'symbol', name: full };
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

function callOf(cursor: Cursor, letter: string, name: string): Node | undefined {
  const braced = cursor.isMark('{') && cursor.isMark('(', 1);
  if (!(cursor.isMark('(') || braced) || !/^[\\A-Za-zπ]+/.test(letter)) return undefined;
  const always = FUNCTION_LETTERS.has(letter);
  if (!always && !cursor.calls) return undefined;
  const position = cursor.position;
  if (braced) cursor.next();
  const group = callArguments(cursor);
  if (braced && !cursor.skip('}')) throw new Unreadable('an unclosed brace');
  const plain = group?.every((argument) => isPlainArgument(argument)) ?? false;
  if (group && (always || plain)) {
    cursor.ambiguousCall ||= !always && group.length === 1 && group[0]?.kind === 'symbol';
    return { kind: 'opaque', name, args: group };
  }
  cursor.reset(position);
  return undefined;
}

function isPlainArgument(node: Node): boolean {
  return node.kind === 'symbol' || node.kind === 'number' || node.kind === 'constant';
}

function callArguments(cursor: Cursor): readonly Node[] | undefined {
  cursor.expect('(');
  const items = separated(cursor, ')');
  return cursor.skip(')') && items.length > 0 ? items : undefined;
}

/** A run of letters is a product of them, `2RC`; powers and calls belong to the last: `ab^2` is `a·b²`. */
function letters(cursor: Cursor, length: number): Node {
  if (length > LONGEST_PRODUCT) throw new Unreadable('a word');
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
      return group(cursor, mark, [')', ']']);
    case '\\{':
      return { kind: 'group', open: '{', close: '}', items: closedBy(cursor, '\\}') };
    case '⟨': {
      const items = closedBy(cursor, '⟩');
      return { kind: 'group', open: '(', close: ')', items };
    }
    case '{':
      return texGroup(cursor);
    case '|':
      return { kind: 'call', name: 'abs', args: [between(cursor, '|')] };
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

function radical(cursor: Cursor, mark: string): Node {
  const degree = ROOTS.get(mark);
  if (degree === undefined) throw new Unreadable(`a value expected at ${mark}`);
  const value = parsePrimary(cursor);
  return degree === 2 ? squareRoot(value) : { kind: 'call', name: 'root', args: [value, exact(degree)] };
}

/** Brackets of one value only group; `(a,b]` stays as it is. */
function group(cursor: Cursor, open: '(' | '[', closings: readonly Bracket[]): Node {
  const items = outsideBars(cursor, () => separated(cursor, ')', ']'));
  const close = closings.find((bracket) => cursor.skip(bracket));
  const [only] = items;
  if (close === undefined || only === undefined) throw new Unreadable('an unclosed bracket');
  const grouping = (open === '(') === (close === ')');
  if (items.length === 1 && !grouping) throw new Unreadable('brackets that do not match');
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
