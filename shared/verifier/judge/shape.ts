import { childrenOf } from '../read/children-of.ts';
import { describe } from '../read/describe.ts';
import { negated } from '../read/make-node.ts';
import { mapChildren } from '../read/map-children.ts';
import type { Node, RelationNode } from '../read/node.ts';

/** Units, degree and currency signs say nothing about the value. */
export function withoutUnit(node: Node): Node {
  return node.kind === 'quantity' || node.kind === 'degree' ? withoutUnit(node.value) : node;
}

/** Something an equation can name: `x`, `f(x)`, `|AB|`, `A:B`, `(p,q)`, `\text{Area}`. */
export function isName(node: Node): boolean {
  switch (node.kind) {
    case 'symbol':
    case 'opaque':
    case 'text':
      return true;
    case 'constant':
      return node.name === 'e' || node.name === 'i';
    case 'product':
      return (
        node.factors.length <= 5 &&
        node.factors.every((factor) => factor.kind === 'symbol' || isLetterConstant(factor))
      );
    case 'call':
      return node.name === 'abs' && node.args.every(isName);
    case 'ratio':
      return node.parts.every(isName);
    case 'group':
      return node.items.length > 0 && node.items.every(isName);
    default:
      return false;
  }
}

/** On the right side letters side by side are a product, `y − b = mx`, unless they name points: `5 = AB`. */
function isNameAtTheEnd(node: Node): boolean {
  if (node.kind !== 'product') return isName(node);
  return node.factors.every((factor) => factor.kind === 'symbol' && /^[A-Z]/.test(factor.name));
}

/** Names that cannot stand for the same thing: two letters, one function of two arguments, a function and its derivative. */
export function areDistinctNames(a: Node, b: Node): boolean {
  if (primesOf(a) !== primesOf(b) && !isDerivative(a) && !isDerivative(b)) return true;
  if (a.kind === 'opaque' && b.kind === 'opaque') return a.name === b.name && describe(a) !== describe(b);
  return isLetter(a) && isLetter(b) && describe(a) !== describe(b);
}

function primesOf(node: Node): number {
  return node.kind === 'symbol' || node.kind === 'opaque' ? (/'*$/.exec(node.name)?.[0].length ?? 0) : 0;
}

function isDerivative(node: Node): boolean {
  return node.kind === 'opaque' && node.name.startsWith('derivative:');
}

function isLetter(node: Node): boolean {
  return node.kind === 'symbol' && !node.name.includes('_');
}

function isLetterConstant(node: Node): boolean {
  return node.kind === 'constant' && (node.name === 'e' || node.name === 'i');
}

/** `name = value`, also `name = … = value` and `value = name`. */
export function assignmentOf(node: Node): { readonly name: Node; readonly value: Node } | undefined {
  if (node.kind !== 'relation' || !node.operators.every((operator) => operator === '=' || operator === '≈'))
    return undefined;
  const first = node.sides[0];
  const last = exactSides(node).at(-1);
  if (first && last && isName(first) && node.sides.length > 1) return { name: first, value: last };
  const [left, right] = node.sides;
  if (node.sides.length === 2 && left && right && isNameAtTheEnd(right) && !isName(left))
    return { name: right, value: left };
  return undefined;
}

/** The sides up to the first `≈`; `x ≈ 5` has only its approximation. */
export function exactSides({ sides, operators }: RelationNode): readonly Node[] {
  const approximate = operators.indexOf('≈');
  if (approximate < 0) return sides;
  const kept = sides.slice(0, approximate + 1);
  return kept.length === 1 && kept[0] && isName(kept[0]) ? sides.slice(0, 2) : kept;
}

/** Both values of an expression with `±`: every `±` takes the same sign, every `∓` the other. */
export function bothSigns(node: Node): readonly Node[] {
  return hasPlusMinus(node) ? [signed(node, false), signed(node, true)] : [node];
}

function hasPlusMinus(node: Node): boolean {
  return node.kind === 'plus-minus' || childrenOf(node).some(hasPlusMinus);
}

function signed(node: Node, minus: boolean): Node {
  if (node.kind === 'plus-minus') {
    const value = signed(node.value, minus);
    return minus === node.flipped ? value : negated(value);
  }
  return mapChildren(node, (child) => signed(child, minus));
}
