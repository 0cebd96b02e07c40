import { product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { Unreadable } from './tokenize.ts';

/** After `\frac`: `{dy}{dx}`, `{d}{dx} y`, `{d^2 y}{dt^2}`, as something that compares by its structure. */
export function parseDerivative(cursor: Cursor): Node | undefined {
  if (!cursor.isMark('{') || !startsWithD(cursor, 1)) return undefined;
  const position = cursor.position;
  try {
    return derivative(cursor);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    cursor.reset(position);
    return undefined;
  }
}

function derivative(cursor: Cursor): Node {
  cursor.expect('{');
  const { written, order } = differential(cursor);
  const inner = cursor.isMark('}') ? undefined : cursor.grammar.term(cursor);
  cursor.expect('}');
  if (!cursor.isMark('{') || !startsWithD(cursor, 1)) throw new Unreadable(); // no derivative
  const denominator = bracedText(cursor).replaceAll(/[∂\s]|(?<![a-zA-Z])d|\\partial/g, '');
  if (order !== orderOf(denominator)) throw new Unreadable(); // orders that disagree
  const operand = operandOf(written, inner) ?? cursor.grammar.factor(cursor);
  const marked = operand.kind === 'symbol' ? withMarks(operand.name, denominator) : undefined;
  if (marked !== undefined) return { kind: 'symbol', name: marked };
  return { kind: 'opaque', name: `derivative:${denominator}`, args: [operand] };
}

/** `dv/dt` is `\dot v`, `d²y/dx²` is `y''`: one name for both spellings. */
function withMarks(name: string, denominator: string): string | undefined {
  switch (denominator) {
    case 't':
      return `\\dot ${name}`;
    case 't^2':
      return `\\ddot ${name}`;
    case 'x':
      return `${name}'`;
    case 'x^2':
      return `${name}''`;
    default:
      return undefined;
  }
}

/** What follows the letter d in a word such as `dM`, and how often is derived. */
function differential(cursor: Cursor): { readonly written: string; readonly order: number } {
  const token = cursor.next();
  const written = token.kind === 'word' ? token.text.slice(1) : '';
  if (!cursor.skip('^')) return { written, order: 1 };
  const power = cursor.grammar.factor(cursor);
  return { written, order: power.kind === 'number' ? Number(power.value.numerator) : Number.NaN };
}

/** `t^2` and `xt` are derived by twice. */
function orderOf(denominator: string): number {
  const variables = denominator.match(/(?:\\?[A-Za-z]+|[^\d^])(?:\^\d+)?/g) ?? [];
  return variables.reduce((total, variable) => total + Number(/\^(\d+)/.exec(variable)?.[1] ?? 1), 0);
}

function operandOf(written: string, inner: Node | undefined): Node | undefined {
  const letters = [...written].map((name): Node => ({ kind: 'symbol', name }));
  const factors = inner ? [...letters, inner] : letters;
  return factors.length === 0 ? undefined : product(factors);
}

function startsWithD(cursor: Cursor, ahead: number): boolean {
  const token = cursor.peek(ahead);
  if (token.kind === 'command') return token.text === 'partial';
  return (
    (token.kind === 'symbol' && token.text === 'd') ||
    (token.kind === 'word' && token.text.startsWith('d') && token.text.length === 2)
  );
}
