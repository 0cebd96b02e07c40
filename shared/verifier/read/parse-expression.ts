import { exact, mixedNumber, negated, product, quotient, sum } from '../node/make-node.ts';
import type { Node, NumberNode } from '../node/node.ts';
import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { isMultiplier, multiplied } from './multiplied.ts';
import { isConditionWord } from './parse-condition.ts';
import { letterNode, parsePrimary } from './parse-primary.ts';
import { takeUnit, takeUnitAfterSlash } from './parse-unit.ts';
import { takeSmallerParts } from './take-smaller-parts.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';

/** `a + b − c ± d` */
export function parseSum(cursor: Cursor): Node {
  const terms = [signedTerm(cursor)];
  while (cursor.token.kind === 'mark' && '+-±∓'.includes(cursor.token.text)) terms.push(signedTerm(cursor));
  return sum(terms);
}

function signedTerm(cursor: Cursor): Node {
  const { token } = cursor;
  if (token.kind !== 'mark' || !'+-±∓'.includes(token.text)) return cursor.grammar.term(cursor);
  cursor.next();
  const term = cursor.nested(() =>
    token.text === '+' || token.text === '-' ? signedTerm(cursor) : cursor.grammar.term(cursor),
  );
  if (token.text === '+') return term;
  if (token.text === '-') return negatedTerm(term);
  return { kind: 'plus-minus', value: term, flipped: token.text === '∓' };
}

/** `−1 mod 3` is 2: the sign belongs to the number. */
function negatedTerm(term: Node): Node {
  const [first, ...rest] = term.kind === 'call' && term.name === 'mod' ? term.args : [];
  return first && term.kind === 'call' ? { ...term, args: [negated(first), ...rest] } : negated(term);
}

/** `a · b / c`, with factors side by side; `1/2x` is `(1/2)·x`. Units end it. */
export function parseTerm(cursor: Cursor): Node {
  let node = cursor.grammar.factor(cursor);
  let factors = [node];
  let bare = node.kind === 'number';
  for (;;) {
    if (cursor.skip('*')) factors.push(factorAfterSign(cursor));
    else if (cursor.isMark('/')) {
      const perUnit = takeUnitAfterSlash(cursor);
      if (perUnit !== undefined) {
        factors = [{ kind: 'quantity', value: product(factors), unit: perUnit }];
        continue;
      }
      cursor.next();
      factors = [quotient(product(factors), factorAfterSign(cursor))];
    } else if (cursor.skip('mod')) {
      factors = [{ kind: 'call', name: 'mod', args: [product(factors), factorAfterSign(cursor)] }];
    } else if (isMultiplier(cursor.token)) {
      factors = [multiplied(product(unwrapped(factors)), cursor.next().text)];
    } else if (startsFactor(cursor) || cursor.token.kind === 'text') {
      const unit = takeUnit(cursor);
      if (unit !== undefined) {
        factors = [takeSmallerParts(cursor, { kind: 'quantity', value: product(unwrapped(factors)), unit })];
        if (startsFactor(cursor) && !cursor.isMark('(')) throw new Unreadable(); // a value after a unit
        continue;
      }
      if (!startsFactor(cursor)) break;
      const second = bare && cursor.token.kind === 'number';
      const factor = cursor.grammar.factor(cursor);
      if (second && !isMixed(factor)) throw new Unreadable(); // two numbers side by side
      factors.push(factor);
    } else break;
    node = factors.at(-1) as Node; // never empty
    bare = node.kind === 'number';
  }
  return product(unwrapped(factors));
}

/** Of `3\,1\frac12` the second number is a mixed one, so that the two are factors. */
function isMixed(node: Node): boolean {
  return node.kind === 'number' && node.decimals === null && node.value.denominator !== 1n;
}

/** `{x + y} z`: braces of one value among factors only group. */
function unwrapped(factors: readonly Node[]): readonly Node[] {
  if (factors.length < 2) return factors;
  return factors.map((factor) =>
    factor.kind === 'group' && factor.open === '{' && factor.items.length === 1
      ? (factor.items[0] as Node)
      : factor,
  );
}

function factorAfterSign(cursor: Cursor): Node {
  const { token } = cursor;
  if (token.kind === 'mark' && (token.text === '-' || token.text === '+')) {
    cursor.next();
    const factor = cursor.nested(() => factorAfterSign(cursor));
    return token.text === '-' ? negated(factor) : factor;
  }
  return cursor.grammar.factor(cursor);
}

/** Whether the next token begins a factor that needs no sign before it. */
export function startsFactor(cursor: Cursor): boolean {
  const { token } = cursor;
  switch (token.kind) {
    case 'number':
    case 'symbol':
    case 'function':
      return true;
    case 'word':
      return !isConditionWord(token.text) && !cursor.words?.(token);
    case 'command':
      return (
        token.text !== 'end' &&
        token.text !== 'boxed' &&
        token.text !== 'choose' &&
        token.text !== 'over' &&
        token.text !== 'pmod' &&
        token.text !== 'pod'
      );
    case 'mark':
      if (token.text === '|' || token.text === '‖') return cursor.bars === 0;
      return token.text === '{'
        ? !cursor.isMark('}', 1)
        : ['(', '[', '\\{', '⌊', '⌈', '⟨', '√', '∛', '∜', '∑', '∏', '∫'].includes(token.text);
    case 'text':
    case 'end':
      return false;
    default:
      return token satisfies never;
  }
}

/** A primary with its powers and the marks after it. */
export function parseFactor(cursor: Cursor): Node {
  return cursor.nested(() => {
    const start = cursor.token;
    const base = parsePrimary(cursor);
    const mixed = start.kind === 'number' && base.kind === 'number' ? mixedAfter(cursor, base) : undefined;
    return powers(cursor, postfix(cursor, mixed ?? base));
  });
}

function powers(cursor: Cursor, base: Node): Node {
  if (!cursor.skip('^')) return base;
  const exponent = cursor.nested(() => parseExponent(cursor));
  return postfix(cursor, { kind: 'power', base: subscripted(cursor, base), exponent });
}

/** `x^2_i` is `x_i^2`. */
function subscripted(cursor: Cursor, base: Node): Node {
  if (base.kind !== 'symbol' || !cursor.isMark('_')) return base;
  const renamed = parsePrimaryTail(cursor, base.name);
  return { kind: 'symbol', name: renamed };
}

function parsePrimaryTail(cursor: Cursor, name: string): string {
  cursor.expect('_');
  return `${name}_${cursor.isMark('{') ? bracedText(cursor) : cursor.next().text}`;
}

function parseExponent(cursor: Cursor): Node {
  const { token } = cursor;
  if (token.kind === 'mark' && (token.text === '-' || token.text === '+')) {
    cursor.next();
    const exponent = cursor.nested(() => parseExponent(cursor));
    return token.text === '-' ? negated(exponent) : exponent;
  }
  const letter = cursor.takeLetter();
  if (letter !== undefined) return letterNode(cursor, letter);
  if (token.kind === 'number' && cursor.isMark('_', 1)) {
    cursor.next(); // the subscript belongs to the base
    return token.node;
  }
  return cursor.grammar.factor(cursor);
}

function postfix(cursor: Cursor, value: Node): Node {
  let node = value;
  for (;;) {
    if (cursor.isMark('!') && !(cursor.isMark('=', 1) && !cursor.peek(1).spaced))
      node = factorial(cursor, node);
    else if (cursor.skip('%')) node = { kind: 'percent', value: node };
    else if (cursor.skip('°')) {
      const scale = cursor.token.kind === 'symbol' && /^[CF]$/.test(cursor.token.text);
      node = scale
        ? { kind: 'quantity', value: node, unit: cursor.next().text === 'C' ? '℃' : '℉' }
        : { kind: 'degree', value: node };
    } else return node;
  }
}

function factorial(cursor: Cursor, node: Node): Node {
  cursor.next();
  const twice = cursor.isMark('!') && !cursor.token.spaced;
  if (twice) cursor.next();
  return { kind: 'call', name: twice ? 'double-factorial' : 'factorial', args: [node] };
}

/** `1\frac{4}{5}` and `1 4/5` are sums. */
function mixedAfter(cursor: Cursor, whole: NumberNode): Node | undefined {
  if (whole.decimals !== null || whole.value.denominator !== 1n) return undefined;
  const position = cursor.position;
  const { token } = cursor;
  const vulgar = token.kind === 'number' && token.text === '' ? vulgarPart(token.node) : undefined;
  if (vulgar) {
    cursor.next();
    return mixedNumber(whole, ...vulgar);
  }
  const braced = cursor.isMark('{') && isFraction(cursor.peek(1));
  if (braced || isFraction(token)) {
    if (braced) cursor.next();
    const part = properFraction(cursor.grammar.command(cursor));
    const closed = !braced || cursor.skip('}');
    const mixed = part && closed && !cursor.isMark('^') ? mixedNumber(whole, ...part) : undefined;
    if (!mixed) cursor.reset(position);
    return mixed;
  }
  const [numerator, denominator] = [cursor.peek(0), cursor.peek(2)];
  if (
    numerator.kind !== 'number' ||
    !numerator.spaced ||
    !cursor.isMark('/', 1) ||
    denominator.kind !== 'number'
  )
    return undefined;
  for (let count = 0; count < 3; count += 1) cursor.next();
  return mixedNumber(whole, numerator.node, denominator.node);
}

function isFraction({ kind, text }: Token): boolean {
  return kind === 'command' && text.endsWith('frac');
}

/** `½` behind a whole number. */
function vulgarPart({ value: { numerator, denominator } }: NumberNode): [NumberNode, NumberNode] | undefined {
  return denominator > 1n && numerator > 0n && numerator < denominator
    ? [exact(numerator), exact(denominator)]
    : undefined;
}

function properFraction(node: Node): [NumberNode, NumberNode] | undefined {
  if (node.kind !== 'product' || node.factors.length !== 2) return undefined;
  const [numerator, inverse] = node.factors;
  if (numerator?.kind !== 'number' || inverse?.kind !== 'power' || inverse.base.kind !== 'number')
    return undefined;
  const proper = numerator.value.numerator >= 0n && numerator.value.numerator < inverse.base.value.numerator;
  return proper ? [numerator, inverse.base] : undefined;
}
