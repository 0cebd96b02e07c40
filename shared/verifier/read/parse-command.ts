import { exact, MINUS_ONE, quotient, squareRoot } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { barred } from './barred.ts';
import type { Cursor } from './cursor.ts';
import { parseArgument } from './parse-argument.ts';
import { parseDerivative } from './parse-derivative.ts';
import { parseEnvironment } from './parse-environment.ts';
import { decorated } from './parse-primary.ts';
import { parseSeries } from './parse-series.ts';
import { Unreadable } from './tokenize.ts';
import { NAME_MARKS } from './vocabulary.ts';

/** A command with a syntax of its own: fractions, roots, binomials, tables, series, integrals, limits. */
export function parseCommand(cursor: Cursor): Node {
  const name = cursor.next().text;
  switch (name) {
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
    case 'sfrac':
    case 'nicefrac':
    case 'flatfrac':
      return parseDerivative(cursor) ?? quotient(parseArgument(cursor), parseArgument(cursor));
    case 'binom':
    case 'dbinom':
    case 'tbinom':
      return { kind: 'call', name: 'binomial', args: [parseArgument(cursor), parseArgument(cursor)] };
    case 'sqrt':
      return root(cursor);
    case 'boxed':
      return boxed(cursor);
    case 'begin':
      return parseEnvironment(cursor);
    case 'sum':
    case 'prod':
    case 'int':
    case 'iint':
    case 'iiint':
    case 'oint':
    case 'lim':
      return parseSeries(cursor, name);
    case 'dot':
    case 'ddot':
      return dotted(cursor, name);
    case 'overline':
    case 'bar':
      return barred(parseArgument(cursor));
    case 'overset':
    case 'underset':
    case 'stackrel':
      return annotated(parseArgument(cursor), parseArgument(cursor));
    case 'partial':
      return { kind: 'symbol', name: '∂' };
    default:
      if (NAME_MARKS.has(name)) return marked(cursor, name);
      throw new Unreadable(); // a command without value
  }
}

/** `\underset{x}{f}` says something of a name; above or below a number stands another answer. */
function annotated(note: Node, node: Node): Node {
  if (note.kind === 'number' && node.kind === 'number')
    throw new Unreadable('two values, one above the other');
  return node;
}

function boxed(cursor: Cursor): Node {
  if (!cursor.skip('{')) return parseArgument(cursor);
  const node = cursor.grammar.list(cursor);
  cursor.expect('}');
  return node;
}

function root(cursor: Cursor): Node {
  if (!cursor.skip('[')) return squareRoot(parseArgument(cursor));
  const degree = cursor.grammar.sum(cursor);
  cursor.expect(']');
  const value = parseArgument(cursor);
  if (degree.kind === 'number' && degree.value.denominator === 1n) {
    return { kind: 'call', name: 'root', args: [value, exact(degree.value)] };
  }
  return { kind: 'power', base: value, exponent: { kind: 'power', base: degree, exponent: MINUS_ONE } };
}

/** `\hat{x}` is another name than `x`; through anything else than a name the mark says that it does not count. */
function marked(cursor: Cursor, mark: string): Node {
  if (!OVER_NAMES.test(mark)) throw new Unreadable(); // struck out
  const value = parseArgument(cursor);
  const basis = value.kind === 'constant' || (value.kind === 'symbol' && /^[ijk]$/.test(value.name));
  if (basis) return value; // `3\hat{i}` and `3\mathbf{i}` are one vector
  if (value.kind === 'symbol') return { kind: 'symbol', name: decorated(cursor, `\\${mark} ${value.name}`) };
  return { kind: 'opaque', name: mark, args: [value] };
}

const OVER_NAMES = /^(?!not$|.*cancel$|sout$|st$|.*brace$)/;

/** Newton's notation: `\dot{x}_0`. */
function dotted(cursor: Cursor, name: string): Node {
  const value = parseArgument(cursor);
  if (value.kind === 'symbol') return { kind: 'symbol', name: decorated(cursor, `\\${name} ${value.name}`) };
  return { kind: 'opaque', name, args: [value] };
}
