import { allFactors } from '../node/all-factors.ts';
import { exact, negated, product, sum } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import type { Cursor } from './cursor.ts';
import { parseArgument } from './parse-argument.ts';
import { Unreadable } from './tokenize.ts';

/** After `\sum`, `\prod`, `\int` or `\lim`: bounds in either order, then the body. */
export function parseSeries(cursor: Cursor, name: string): Node {
  const { lower, upper } = bounds(cursor, name);
  if (name === 'lim') return limit(cursor, lower);
  if (name.includes('int')) return integral(cursor, name, lower && upper ? [lower, upper] : []);
  return series(cursor, name === 'sum' ? 'series-sum' : 'series-product', lower, upper);
}

/** Terms up to the one that holds the differential: `∫ x + a dx`. Compares by its structure. */
function integral(cursor: Cursor, name: string, range: readonly Node[]): Node {
  const terms: Node[] = [];
  let minus = cursor.skip('-');
  for (;;) {
    const term = ungrouped(cursor.grammar.term(cursor));
    const taken = withoutDifferential(term);
    terms.push(minus ? negated(taken?.rest ?? term) : (taken?.rest ?? term));
    if (taken) return { kind: 'opaque', name: `${name} d${taken.variable}`, args: [sum(terms), ...range] };
    if (!cursor.isMark('+') && !cursor.isMark('-')) throw new Unreadable(); // an integral without its variable
    minus = cursor.next().text === '-';
  }
}

function ungrouped(node: Node): Node {
  const [only] = node.kind === 'group' && node.open === '{' ? node.items : [];
  return only ?? node;
}

/** `d·x` among the factors of a product, or of a quotient's numerator. */
function withoutDifferential(node: Node): { readonly rest: Node; readonly variable: string } | undefined {
  if (node.kind !== 'product') return undefined;
  const factors = allFactors(node);
  const at = factors.findLastIndex(
    (factor, index) => isSymbol(factor, 'd') && factors[index + 1]?.kind === 'symbol',
  );
  const variable = factors[at + 1];
  if (at < 0 || variable?.kind !== 'symbol') return undefined;
  const left = factors.toSpliced(at, 2);
  return { rest: left.length > 0 ? product(left) : exact(1), variable: variable.name };
}

function isSymbol(node: Node, name: string): boolean {
  return node.kind === 'symbol' && node.name === name;
}

function series(
  cursor: Cursor,
  name: 'series-sum' | 'series-product',
  lower: Node | undefined,
  upper: Node | undefined,
): Node {
  if (lower?.kind !== 'relation' || lower.operators[0] !== '=' || !upper) throw new Unreadable(); // a series without bounds
  const [variable, from] = lower.sides;
  const letter =
    variable?.kind === 'constant' && variable.name === 'i'
      ? 'i'
      : variable?.kind === 'symbol'
        ? variable.name
        : undefined;
  if (letter === undefined || !from) throw new Unreadable(); // a series without a variable
  cursor.bound.push(letter);
  const body = cursor.grammar.term(cursor);
  cursor.bound.pop();
  return { kind: 'call', name, args: [body, { kind: 'symbol', name: letter }, from, upper] };
}

function limit(cursor: Cursor, lower: Node | undefined): Node {
  if (!lower) throw new Unreadable(); // a limit without a target
  return { kind: 'opaque', name: 'limit', args: [cursor.grammar.term(cursor), lower] };
}

/** `x \Rightarrow 3` below a limit. */
function remarkArrow(cursor: Cursor): void {
  for (let ahead = 2; ahead < 6; ahead += 1) if (cursor.isMark('⇒', ahead)) cursor.remark(ahead, '→');
}

function bounds(cursor: Cursor, name: string): { lower?: Node; upper?: Node } {
  let lower: Node | undefined;
  let upper: Node | undefined;
  for (;;) {
    if (name === 'lim') remarkArrow(cursor);
    if (!lower && cursor.skip('_')) lower = parseArgument(cursor);
    else if (!upper && name !== 'lim' && cursor.skip('^')) upper = parseArgument(cursor);
    else return { ...(lower && { lower }), ...(upper && { upper }) };
  }
}
