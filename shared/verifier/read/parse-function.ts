import { exact, negated, product, quotient, squareRoot } from '../node/make-node.ts';
import { mapChildren } from '../node/map-children.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { parseArgument } from './parse-argument.ts';
import { startsFactor } from './parse-expression.ts';
import { Unreadable } from './tokenize.ts';
import { FUNCTIONS } from './vocabulary.ts';

const INVERSES: Readonly<Partial<Record<FunctionName, FunctionName>>> = {
  sin: 'asin',
  cos: 'acos',
  tan: 'atan',
  cot: 'acot',
  sec: 'asec',
  csc: 'acsc',
  sinh: 'asinh',
  cosh: 'acosh',
  tanh: 'atanh',
};
const SEVERAL: ReadonlySet<string> = new Set(['gcd', 'lcm', 'min', 'max', 'binomial', 'log', 'mod']);

/** A named function with its argument: `\sin^2 x`, `\log_2(8)`, `exp 3`, `\max(1,2)`. */
export function parseFunction(cursor: Cursor): Node {
  const written = cursor.next().text;
  const name = FUNCTIONS.get(written);
  if (name === undefined) throw new Unreadable(); // an unknown function
  if (name === 'sqrt') return squareRoot(parseArgument(cursor));
  if (name === 'max' || name === 'min') {
    const extremum = namedExtremum(cursor, name);
    if (extremum) return extremum;
  }
  let base = logarithmBase(cursor, name);
  const exponent = cursor.skip('^') ? cursor.grammar.factor(cursor) : undefined;
  base ??= logarithmBase(cursor, name);
  const args = functionArguments(cursor, SEVERAL.has(name));
  // Other names find nothing.
  const inverse = exponent && isMinusOne(exponent) ? INVERSES[name as FunctionName] : undefined;
  const applied = apply(inverse ?? name, args, base);
  return exponent && !inverse ? { kind: 'power', base: applied, exponent } : applied;
}

/** `\max = 5` and `\min_{x} f(x) = 5` name what they equal. */
function namedExtremum(cursor: Cursor, name: string): Node | undefined {
  if (cursor.isMark('=')) return { kind: 'symbol', name };
  if (!cursor.skip('_')) return undefined;
  const over = cursor.isMark('{') ? bracedText(cursor) : cursor.next().text;
  return {
    kind: 'opaque',
    name: `${name}_${over}`,
    args: cursor.isMark('=') ? [] : [implicitArgument(cursor)],
  };
}

function apply(name: FunctionName | 'lg' | 'log2', args: readonly Node[], base: Node | undefined): Node {
  const [first] = args;
  if (first === undefined) throw new Unreadable(); // a function without an argument
  switch (name) {
    case 'lg':
      return { kind: 'call', name: 'log', args: [first, exact(10)] };
    case 'log2':
      return { kind: 'call', name: 'log', args: [first, exact(2)] };
    case 'log':
      return { kind: 'call', name, args: base ? [first, base] : args };
    case 'exp':
      return { kind: 'power', base: { kind: 'constant', name: 'e' }, exponent: first };
    default:
      return { kind: 'call', name, args: TRIGONOMETRIC.has(name) ? args.map(inRadians) : args };
  }
}

const TRIGONOMETRIC: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc']);

function inRadians(node: Node): Node {
  if (node.kind !== 'degree') return mapChildren(node, inRadians);
  const half = quotient({ kind: 'constant', name: 'pi' }, exact(180));
  return product([node.value, half]);
}

function logarithmBase(cursor: Cursor, name: string): Node | undefined {
  if (!cursor.isMark('_')) return undefined;
  cursor.next();
  if (name === 'log' || name === 'lg') return parseArgument(cursor);
  if (!cursor.isMark('{')) cursor.next();
  else bracedText(cursor);
  throw new Unreadable(); // a subscript of a function
}

function isMinusOne(node: Node): boolean {
  return node.kind === 'number' && node.value.numerator === -1n && node.value.denominator === 1n;
}

function functionArguments(cursor: Cursor, several: boolean): readonly Node[] {
  if (!['(', '[', '{', '\\{'].some((open) => cursor.isMark(open))) return [implicitArgument(cursor)];
  // brackets directly after a function hold all of its argument: `\sin(x) y`
  const node = parseArgument(cursor);
  if (node.kind !== 'group') return [node];
  if (!several) throw new Unreadable(); // too many arguments
  return node.items;
}

/** `2x` of `\sin 2x + 1`: factors up to a sign, a slash or the next function. */
function implicitArgument(cursor: Cursor): Node {
  if (cursor.isMark('-') || cursor.isMark('+')) {
    const minus = cursor.next().text === '-';
    const argument = implicitArgument(cursor);
    return minus ? negated(argument) : argument;
  }
  if (isFunction(cursor)) return cursor.grammar.factor(cursor);
  const factors = [cursor.grammar.factor(cursor)];
  while (startsFactor(cursor) && !isFunction(cursor) && !cursor.isMark('('))
    factors.push(cursor.grammar.factor(cursor));
  return product(factors);
}

function isFunction(cursor: Cursor): boolean {
  return cursor.token.kind === 'function';
}
