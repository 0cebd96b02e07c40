import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluateConstant } from '../math/evaluate-constant.ts';
import { childrenOf } from '../node/children-of.ts';
import type { Node, RelationNode } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf, exactSides, isName, isQuantity, withoutUnit } from './shape.ts';

/**
 * An answer that states something of a value: `x = … = value`, `p + q = 657 + 64 = 721`. Its last exact side counts,
 * where every link that can be checked agrees and what stands first names or computes it.
 */
export function compareChain(gold: Node, answer: RelationNode, judge: Judge): Judgement {
  if (!answer.operators.every((operator) => operator === '=' || operator === '≈' || operator === '≡'))
    return unequal('unsolved');
  const sides = exactSides(answer);
  const assigned = assignmentOf(answer);
  const last = assigned?.value ?? (sides.at(-1) as Node); // a relation has sides
  const value = last.kind === 'relation' ? unequal('different-type') : judge.values(gold, last, judge);
  if (!value.equal) return value;
  if (!agreesWithItself(answer, judge)) return unequal('contradiction');
  const isCongruence = answer.operators.includes('≡');
  return assigned || leadsTo(sides, isCongruence, judge) ? value : unequal('contradiction');
}

/** Whether all sides that speak of the same letters are equal, and approximations near. */
export function agreesWithItself(relation: RelationNode, judge: Judge): boolean {
  const sides = exactSides(relation);
  const last = sides.at(-1) as Node; // a relation has sides
  if (sides.slice(1, -1).some(endsInLetter)) return false;
  const linked = sides.every((side, index) => {
    const others = [last, sides[index + 1]].filter((other) => other !== undefined && other !== side);
    return others.every((other) => !areComparable(side, other as Node) || agree(side, other as Node, judge));
  });
  return linked && approximates(relation, last, judge);
}

/** `x = 1 y = 2` and `x = 1 + y = 2` are two statements side by side rather than a chain. */
function endsInLetter(side: Node): boolean {
  const parts = side.kind === 'product' ? side.factors : side.kind === 'sum' ? side.terms : [];
  const [number, letter] = parts.length === 2 ? parts : [];
  return number?.kind === 'number' && letter?.kind === 'symbol';
}

function areComparable(a: Node, b: Node): boolean {
  const [left, right] = [symbolsOf(a), symbolsOf(b)];
  return left.size === right.size && [...left].every((name) => right.has(name));
}

/** Sides with other units cannot be compared: `100 cm = 1 m`. */
function agree(side: Node, last: Node, judge: Judge): boolean {
  if ((side.kind === 'quantity') !== (last.kind === 'quantity')) return true;
  return (
    judge.values(last, side, { ...judge, options: {} }).equal ||
    equalExpressions(withoutUnit(side), withoutUnit(last), judge) === 'equal'
  );
}

/** A first side that is no equation to solve: a quantity, a sum with an ellipsis, or what is computed step by step. */
function leadsTo(sides: readonly Node[], isCongruence: boolean, judge: Judge): boolean {
  const [first] = sides;
  const last = sides.at(-1) as Node; // a relation has sides
  if (!first) return false;
  if (areComparable(first, last)) return true;
  if (isCongruence) return false;
  if (isQuantity(first) || (first.kind !== 'symbol' && isUnwritten(first))) return true;
  return (
    sides.length > 2 &&
    sides.slice(1, -1).some((side) => areComparable(side, last) && agree(side, last, judge) && !isName(side))
  );
}

/** `1 + 2 + … + n` */
function isUnwritten(node: Node): boolean {
  return (node.kind === 'symbol' && node.name === '…') || childrenOf(node).some(isUnwritten);
}

/** What stands behind `≈` must be the value to the digits written. */
function approximates(relation: RelationNode, exact: Node, { fuel }: Judge): boolean {
  const value = evaluateConstant(exact, fuel);
  return relation.sides.slice(exactSides(relation).length).every((side) => {
    const other = side.kind === 'quantity' ? undefined : evaluateConstant(side, fuel);
    return value === undefined || other === undefined || isNear(side, other, value);
  });
}

/** Rounded or cut after the last digit written; within a hundredth where it is no decimal. */
function isNear(side: Node, written: number, value: number): boolean {
  const unit = unitOf(side, value);
  const cut = Math.abs(value) - Math.abs(written);
  return (
    Math.abs(value - written) <= unit / 2 ||
    (cut >= 0 && cut < unit && Math.sign(value) === Math.sign(written))
  );
}

function unitOf(side: Node, value: number): number {
  if (side.kind !== 'number') return 0.01 * Math.abs(value);
  if (side.decimals !== null) return 10 ** -side.decimals * 1.000001;
  const zeros = /0*$/.exec(String(side.value.numerator))?.[0].length ?? 0;
  return side.value.denominator === 1n ? 10 ** zeros : 0.01 * Math.abs(value);
}
