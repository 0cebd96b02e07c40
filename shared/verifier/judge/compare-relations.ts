import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluate } from '../math/evaluate.ts';
import { doubles } from '../math/evaluate-constant.ts';
import { namesOf } from '../math/names-of.ts';
import { POINTS, pointAt } from '../math/point.ts';
import { exact, negated, product, sum } from '../read/make-node.ts';
import { mapChildren } from '../read/map-children.ts';
import type { Node, RelationNode, RelationOperator } from '../read/node.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { compareAsRealSets, compareRealSets, realSetOf } from './real-set.ts';
import { areDistinctNames, assignmentOf } from './shape.ts';

/** Compares a gold that is an equation or inequality with any answer. */
export function compareRelations(gold: RelationNode, answer: Node, judge: Judge): Judgement {
  const assigned = assignmentOf(gold);
  if (assigned) return compareAssignment(assigned, gold, answer, judge);
  if (answer.kind === 'relation') {
    const structural = compareBySides(gold, answer, judge);
    if (structural.equal) return structural;
  }
  const sets = compareAsRealSets(gold, answer, judge);
  if (sets) return sets;
  if (answer.kind !== 'relation') return unequal('no-relation');
  if (gold.sides.length !== 2 || answer.sides.length !== 2) return unequal('different-relation');
  return compareByFactor(gold, answer, judge);
}

type Assignment = NonNullable<ReturnType<typeof assignmentOf>>;

/** `x = 5` equals `5`; of two equations the names must agree, and a solved one never equals one that is not. */
function compareAssignment(
  { name, value }: Assignment,
  gold: RelationNode,
  answer: Node,
  judge: Judge,
): Judgement {
  if (answer.kind !== 'relation') return judge.values(value, answer, judge);
  const other = assignmentOf(answer);
  if (other && !areDistinctNames(name, other.name)) {
    const values = judge.values(value, other.value, judge);
    if (values.equal) return values;
  }
  if (namesOf([value], judge.fuel).names.size === 0 && gold.sides.length === 2 && isScalar(value)) {
    return unequal(other ? 'different-value' : 'unsolved');
  }
  const solved = realSetOf(answer, judge);
  const goldSet = solved && realSetOf(value, judge);
  if (goldSet) return compareRealSets(goldSet, solved, judge);
  return gold.sides.length === 2 && answer.sides.length === 2
    ? compareByFactor(gold, answer, judge)
    : unequal('different-relation');
}

function isScalar(node: Node): boolean {
  return !['group', 'set-operation', 'matrix', 'list', 'text'].includes(node.kind);
}

/** Side by side, in either direction. */
function compareBySides(gold: RelationNode, answer: RelationNode, judge: Judge): Judgement {
  if (gold.sides.length !== answer.sides.length) return unequal('different-relation');
  return alongside(gold, answer, judge) || alongside(gold, reversed(answer), judge)
    ? equal('equal-sides')
    : unequal('different-relation');
}

function alongside(gold: RelationNode, answer: RelationNode, judge: Judge): boolean {
  if (gold.operators.some((operator, index) => operator !== answer.operators[index])) return false;
  return gold.sides.every((side, index) => judge.values(side, answer.sides[index] as Node, judge).equal); // same length
}

const MIRRORED: Partial<Record<RelationOperator, RelationOperator>> = {
  '<': '>',
  '>': '<',
  '≤': '≥',
  '≥': '≤',
};

function reversed({ kind, sides, operators }: RelationNode): RelationNode {
  return {
    kind,
    sides: sides.toReversed(),
    operators: operators.toReversed().map((each) => MIRRORED[each] ?? each),
  };
}

/** Equations are equal up to a factor that is not zero, inequalities up to one whose sign fits their direction. */
function compareByFactor(gold: RelationNode, answer: RelationNode, judge: Judge): Judgement {
  const [goldOperator, answerOperator] = [gold.operators[0], answer.operators[0]];
  if (!goldOperator || !answerOperator) return unequal('different-relation');
  const flipped = goldOperator !== answerOperator;
  if (flipped && MIRRORED[goldOperator] !== answerOperator) return unequal('different-relation');
  if (!['=', '≈', '≠', '<', '>', '≤', '≥'].includes(goldOperator)) return unequal('different-relation');
  const [f, g] = [difference(gold), difference(answer)];
  if (!areProportional(f, g, judge)) return unequal('different-relation');
  if (MIRRORED[goldOperator] === undefined) return equal('equal-equation');
  return haveEqualSigns(f, g, judge) === !flipped
    ? equal('equal-inequality')
    : unequal('different-direction');
}

function difference({ sides }: RelationNode): Node {
  const [left = exact(0), right = exact(0)] = sides;
  return sum([left, negated(right)]);
}

/** `f(x)·g(y) = f(y)·g(x)` for all x and y, neither f nor g being zero everywhere. */
function areProportional(f: Node, g: Node, judge: Judge): boolean {
  const names = namesOf([f, g], judge.fuel).names;
  if (names.size === 0) return false;
  const zero = exact(0);
  if (equalExpressions(f, zero, judge) !== 'different' || equalExpressions(g, zero, judge) !== 'different')
    return false;
  const across = product([f, renamed(g)]);
  return equalExpressions(across, product([renamed(f), g]), judge) === 'equal';
}

/** The same expression in other variables. */
function renamed(node: Node): Node {
  if (node.kind === 'symbol') return { ...node, name: `${node.name}°` };
  if (node.kind === 'opaque') return { ...node, name: `${node.name}°`, args: node.args.map(renamed) };
  return mapChildren(node, renamed);
}

/** Whether two proportional functions have a positive ratio. */
function haveEqualSigns(f: Node, g: Node, judge: Judge): boolean {
  const names = [...namesOf([f, g], judge.fuel).names].sort();
  for (let index = 0; index < POINTS; index += 1) {
    const at = {
      balls: doubles,
      point: pointAt(index, names),
      fuel: judge.fuel,
      price: 1,
      functionPrice: 1,
      logarithm: 'natural' as const,
    };
    const [left, right] = [evaluate(f, at), evaluate(g, at)];
    if (left && right && !doubles.mayBeZero(left) && !doubles.mayBeZero(right))
      return left.re > 0 === right.re > 0;
  }
  return false;
}
