import { allFactors } from '../node/all-factors.ts';
import { childrenOf } from '../node/children-of.ts';
import { negated, product } from '../node/make-node.ts';
import { mapChildren } from '../node/map-children.ts';
import type { FunctionName, Node, RelationNode } from '../node/node.ts';
import { describe } from '../read/describe.ts';

/** Units, degree and currency signs say nothing about the value. */
export function withoutUnit(node: Node): Node {
  return node.kind === 'quantity' || node.kind === 'degree' ? withoutUnit(node.value) : node;
}

/** Something an equation can name: `x`, `f(x)`, `|AB|`, `A:B`, `(p,q)`, `\text{Area}`, `\sin A`, `\det A`. */
export function isName(node: Node): boolean {
  switch (node.kind) {
    case 'symbol':
      return node.name !== '…';
    case 'opaque':
    case 'text':
      return true;
    case 'constant':
      return node.name === 'e' || node.name === 'i';
    case 'product': {
      const factors = allFactors(node);
      const most = isSymbol(factors[0], '\\angle') || isSymbol(factors[0], '\\triangle') ? 6 : 5;
      return (
        factors.length <= most &&
        factors.every((factor) => factor.kind === 'symbol' || isLetterConstant(factor))
      );
    }
    case 'call':
      return NAMING.has(node.name) && node.args.every(isName);
    case 'ratio':
      return node.parts.every(isName);
    case 'group':
      return node.items.length > 0 && node.items.every(isName);
    default:
      return false;
  }
}

/** Functions that make names of names: `\cos B`, `\max f`. */
const NAMING: ReadonlySet<FunctionName> = new Set([
  'abs',
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'det',
  'min',
  'max',
  'gcd',
  'lcm',
  'real',
  'imaginary',
  'argument',
]);

function isSymbol(node: Node | undefined, name: string): boolean {
  return node?.kind === 'symbol' && node.name === name;
}

/**
 * A name, or what problems ask for in terms of several: `m + n`, `AB/CD`, `|a + b|`. An equation between such a quantity
 * and a number has that number as its only value, while `x + 1 = 5` is to be solved.
 */
export function isQuantity(node: Node): boolean {
  if (isName(node)) return true;
  if (node.kind === 'call') return node.name === 'abs' && node.args.every(isQuantity);
  const parts =
    node.kind === 'sum' ? node.terms.map(withoutSign) : node.kind === 'product' ? quotientOf(node) : [];
  return parts.length > 1 && parts.every(isName) && new Set(parts.map(describe)).size === parts.length;
}

function withoutSign(node: Node): Node {
  const [sign, ...rest] = node.kind === 'product' ? node.factors : [];
  const minus = sign?.kind === 'number' && sign.value.numerator === -1n && sign.value.denominator === 1n;
  return minus && rest.length > 0 ? product(rest) : node;
}

function quotientOf(node: Extract<Node, { kind: 'product' }>): readonly Node[] {
  const [numerator, inverse] = node.factors;
  const divided =
    inverse?.kind === 'power' &&
    inverse.exponent.kind === 'number' &&
    inverse.exponent.value.numerator === -1n;
  return numerator && divided && node.factors.length === 2 ? [numerator, inverse.base] : [];
}

/** On the right side letters side by side are a product, `y − b = mx`, unless they name points: `5 = AB`. */
function isNameAtTheEnd(node: Node): boolean {
  if (node.kind !== 'product') return isName(node);
  return node.factors.every((factor) => factor.kind === 'symbol' && /^[A-Z]/.test(factor.name));
}

/**
 * Names that cannot stand for the same thing: other letters, another index or prime, another function or another
 * argument of one. `y` may be `f(x)`, and `S` the area.
 */
export function areDistinctNames(a: Node, b: Node): boolean {
  if (describe(a) === describe(b)) return false;
  if (a.kind === 'opaque' && b.kind === 'opaque')
    return a.name === b.name || areDistinctLetters(a.name, b.name);
  if (a.kind === 'symbol' && b.kind === 'symbol') return areDistinctLetters(a.name, b.name);
  if (primesIn(a) !== primesIn(b)) return true;
  if (a.kind === 'symbol' && b.kind === 'product') return !isMeasured(b);
  if (a.kind === 'product' && b.kind === 'symbol') return !isMeasured(a);
  if (a.kind === 'opaque' && b.kind === 'product') return lettersOf(a) !== lettersOf(b);
  if (a.kind === 'product' && b.kind === 'opaque') return lettersOf(a) !== lettersOf(b);
  if (a.kind === 'call' || b.kind === 'call')
    return !(isSegment(a) && isSegment(b)) && (isLetters(a) || a.kind === b.kind || isLetters(b));
  return (
    a.kind === 'product' &&
    b.kind === 'product' &&
    isSegment(a) &&
    isSegment(b) &&
    lettersOf(a) !== lettersOf(b)
  );
}

/** `x_1` and `x_2` differ, `x` may be either. */
function areDistinctLetters(a: string, b: string): boolean {
  const [left, right] = [partsOfName(a), partsOfName(b)];
  if (left.base !== right.base || left.primes !== right.primes) return true;
  return left.index !== '' && right.index !== '' && left.index !== right.index;
}

function partsOfName(name: string): {
  readonly base: string;
  readonly index: string;
  readonly primes: number;
} {
  const [base = '', ...index] = name.replaceAll("'", '').split('_');
  return { base, index: index.join('_').replaceAll(/\W/g, ''), primes: primesOf(name) };
}

function primesIn(node: Node): number {
  return node.kind === 'symbol' || node.kind === 'opaque' ? primesOf(node.name) : 0;
}

function primesOf(name: string): number {
  return name.split("'").length - 1;
}

function isLetters(node: Node): boolean {
  return node.kind === 'symbol' || node.kind === 'product';
}

/** `AB` and `|AB|`: points in capital letters. */
function isSegment(node: Node): boolean {
  return /^[A-Z]{2,3}$/.test(lettersOf(node));
}

/** A side or an angle, which may have a letter of its own. */
function isMeasured(node: Node): boolean {
  return isSegment(node) || allFactors(node).some((factor) => isSymbol(factor, '\\angle'));
}

function lettersOf(node: Node): string {
  const [inner = node] = node.kind === 'call' && node.name === 'abs' ? node.args : [];
  const factors =
    inner.kind === 'opaque'
      ? [{ kind: 'symbol' as const, name: inner.name }, ...inner.args]
      : allFactors(inner);
  return factors
    .map((factor) => (factor.kind === 'symbol' ? factor.name : '?'))
    .sort()
    .join('');
}

function isLetterConstant(node: Node): boolean {
  return node.kind === 'constant' && (node.name === 'e' || node.name === 'i');
}

/** `name = value`, also `name = … = value` and `value = name`. */
export function assignmentOf(node: Node): { readonly name: Node; readonly value: Node } | undefined {
  if (node.kind !== 'relation') return undefined;
  const first = node.sides[0];
  const identity =
    node.operators[0] === '≡' && node.sides.length === 2 && first !== undefined && isFunction(first);
  if (!identity && !node.operators.every((operator) => operator === '=' || operator === '≈'))
    return undefined;
  const last = exactSides(node).at(-1);
  if (first && last && isName(first) && node.sides.length > 1) return { name: first, value: last };
  const [left, right] = node.sides;
  if (node.sides.length === 2 && left && right && isNameAtTheEnd(right) && !isName(left))
    return { name: right, value: left };
  return undefined;
}

/** `f ≡ 0` says it for all arguments. */
function isFunction(node: Node): boolean {
  return (node.kind === 'symbol' || node.kind === 'opaque') && /^[fgh]$/.test(node.name);
}

/** The sides up to the first `≈`; `x ≈ 5` has only its approximation. */
export function exactSides({ sides, operators }: RelationNode): readonly Node[] {
  const approximate = operators.indexOf('≈');
  if (approximate < 0) return sides;
  const kept = sides.slice(0, approximate + 1);
  return kept.length === 1 && kept[0] && isName(kept[0]) ? sides.slice(0, 2) : kept;
}

/** More signs than that are left as they are. */
const MOST_SIGNS = 4;

/**
 * The values of an expression with `±`. Where a `∓` stands too, every `±` takes the same sign and every `∓` the other;
 * without one each `±` takes both signs.
 */
export function bothSigns(node: Node): readonly Node[] {
  const signs = signsOf(node);
  if (signs.length === 0) return [node];
  if (signs.length === 1 || signs.includes('∓'))
    return [false, true].map((minus) => signed(node, () => minus));
  if (signs.length > MOST_SIGNS) return [node];
  return Array.from({ length: 2 ** signs.length }, (_, choice) => {
    let at = 0;
    return signed(node, () => ((choice >> at++) & 1) === 1);
  });
}

function signsOf(node: Node): readonly string[] {
  const inner = childrenOf(node).flatMap(signsOf);
  return node.kind === 'plus-minus' ? [node.flipped ? '∓' : '±', ...inner] : inner;
}

function signed(node: Node, isMinus: () => boolean): Node {
  if (node.kind === 'plus-minus') {
    const minus = isMinus();
    const value = signed(node.value, isMinus);
    return minus === node.flipped ? value : opposite(value);
  }
  return mapChildren(node, (child) => signed(child, isMinus));
}

/** Of a tuple component by component. */
function opposite(node: Node): Node {
  return node.kind === 'group' && node.open === '('
    ? { ...node, items: node.items.map(negated) }
    : negated(node);
}
