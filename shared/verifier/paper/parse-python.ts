import type { Fuel } from '../fuel.ts';
import { MINUS_ONE, negated, squareRoot } from '../node/make-node.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { readPythonNumber } from './python-number.ts';
import { type PythonToken, pythonTokens } from './python-tokens.ts';

/**
 * Reads an expression as the paper's code has sympy read it: Python's grammar, where a product needs no sign, `!` is a
 * factorial, and an unknown name is the product of its letters. What Python or sympy refuse, and what is no arithmetic
 * (a list, a comparison, a string), is not read.
 *
 * @returns `undefined` where the text cannot be read
 * @throws {OutOfFuel}
 * @see `parse_expr` of sympy with `standard_transformations` and `implicit_multiplication_application`
 */
export function parsePython(text: string, fuel: Fuel): Node | undefined {
  const tokens = pythonTokens(text);
  if (!tokens) return undefined;
  const reader: Reader = { tokens, at: 0, depth: 0, fuel };
  try {
    const node = readSum(reader);
    return peek(reader).kind === 'end' ? node : undefined;
  } catch (error) {
    if (error instanceof NotArithmetic) return undefined;
    throw error;
  }
}

class NotArithmetic extends Error {
  override name = 'NotArithmetic';
}

interface Reader {
  readonly tokens: readonly PythonToken[];
  readonly fuel: Fuel;
  at: number;
  depth: number;
}

/** Infinities and functions of sympy that no answer is made of, and keywords of Python. */
const UNSUPPORTED = 'oo zoo nan li ff rf gff jn yn hn1 hn2 fft ntt fu eye as if in is or'.split(' ');

/** Brackets, signs and exponents within each other; Python itself stops at 200 brackets. */
const DEEPEST = 100;

function peek({ tokens, at }: Reader): PythonToken {
  return tokens[at] as PythonToken; // the last token, `end`, is never passed
}

function accept(reader: Reader, ...operators: readonly string[]): string | undefined {
  const { kind, text } = peek(reader);
  if (kind !== 'operator' || !operators.includes(text)) return undefined;
  reader.at += 1;
  return text;
}

function deeper(reader: Reader, read: (reader: Reader) => Node): Node {
  reader.fuel.spend(1);
  if (reader.depth >= DEEPEST) throw new NotArithmetic();
  reader.depth += 1;
  const node = read(reader);
  reader.depth -= 1;
  return node;
}

function readSum(reader: Reader): Node {
  const terms = [readProduct(reader)];
  for (;;) {
    const sign = accept(reader, '+', '-');
    if (sign === undefined) break;
    const term = readProduct(reader);
    terms.push(sign === '-' ? negated(term) : term);
  }
  return terms.length === 1 ? (terms[0] as Node) : { kind: 'sum', terms };
}

function readProduct(reader: Reader): Node {
  let node = readSigned(reader);
  for (;;) {
    const operator = accept(reader, '*', '/', '//');
    if (operator === undefined && !beginsAtom(peek(reader))) return node;
    const operand = readSigned(reader);
    if (operator === '/') node = divided(node, operand);
    else if (operator === '//') node = call('floor', divided(node, operand));
    else node = { kind: 'product', factors: [node, operand] };
  }
}

function beginsAtom({ kind, text, onNewLine }: PythonToken): boolean {
  return !onNewLine && (kind === 'number' || kind === 'name' || text === '(');
}

function readSigned(reader: Reader): Node {
  const sign = accept(reader, '+', '-');
  if (sign === undefined) return readPower(reader);
  const operand = deeper(reader, readSigned);
  return sign === '-' ? negated(operand) : operand;
}

function readPower(reader: Reader): Node {
  const base = readFactorials(reader);
  return accept(reader, '**') ? { kind: 'power', base, exponent: deeper(reader, readSigned) } : base;
}

/** `n!`, `n!!`; sympy refuses a third mark. */
function readFactorials(reader: Reader): Node {
  const node = readAtom(reader);
  let marks = 0;
  while (accept(reader, '!')) marks += 1;
  if (marks > 2) throw new NotArithmetic();
  return marks === 0 ? node : call(marks === 1 ? 'factorial' : 'double-factorial', node);
}

function readAtom(reader: Reader): Node {
  const { kind, text } = peek(reader);
  if (kind === 'end' || kind === 'operator') return readBracket(reader);
  reader.at += 1;
  if (kind === 'number') return readPythonNumber(text) ?? refused();
  const known = KNOWN.get(text);
  if (known === undefined) return { kind: 'symbol', name: text };
  return typeof known === 'function' ? known(readBracket(reader, { isCall: true })) : known;
}

/** In a call a comma may follow the last argument; elsewhere it makes a tuple. */
function readBracket(reader: Reader, { isCall } = { isCall: false }): Node {
  if (!accept(reader, '(')) throw new NotArithmetic();
  const node = deeper(reader, readSum);
  if (isCall) accept(reader, ',');
  if (!accept(reader, ')')) throw new NotArithmetic();
  return node;
}

/** What sympy knows of the names that the paper's guard lets through: those of at most two different letters. */
const KNOWN: ReadonlyMap<string, Node | ((argument: Node) => Node)> = new Map<
  string,
  Node | ((argument: Node) => Node)
>([
  ['pi', { kind: 'constant', name: 'pi' }],
  ['I', { kind: 'constant', name: 'i' }],
  ['sqrt', squareRoot],
  ['ln', (argument) => call('ln', argument)],
  ['re', (argument) => call('real', argument)],
  ['im', (argument) => call('imaginary', argument)],
  ['csc', (argument) => call('csc', argument)],
  ['frac', (argument) => ({ kind: 'sum', terms: [argument, negated(call('floor', argument))] })],
  ...UNSUPPORTED.map((name) => [name, refused] as const),
]);

function refused(): never {
  throw new NotArithmetic();
}

/** Not `quotient`, which reads `11.4/10` as one number in scientific notation. */
function divided(dividend: Node, divisor: Node): Node {
  return { kind: 'product', factors: [dividend, { kind: 'power', base: divisor, exponent: MINUS_ONE }] };
}

function call(name: FunctionName, argument: Node): Node {
  return { kind: 'call', name, args: [argument] };
}
