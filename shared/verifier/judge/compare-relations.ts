import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluate } from '../math/evaluate.ts';
import { doubles } from '../math/evaluate-constant.ts';
import { namesOf } from '../math/names-of.ts';
import { POINTS, pointAt } from '../math/point.ts';
import { allFactors } from '../node/all-factors.ts';
import { childrenOf } from '../node/children-of.ts';
import { exact, negated, product, sum } from '../node/make-node.ts';
import { mapChildren } from '../node/map-children.ts';
import type { Node, RelationNode, RelationOperator } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { agreesWithItself } from './compare-chains.ts';
import { compareMatrices, statedRows } from './compare-matrices.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { compareAsRealSets, compareRealSets, realSetOf } from './real-set.ts';
import { areDistinctNames, assignmentOf, exactSides, isName } from './shape.ts';

/** Compares a gold that is an equation or inequality with any answer. */
export function compareRelations(gold: RelationNode, answer: Node, judge: Judge): Judgement {
  const values = approximatedValues(gold);
  if (values.length > 1) return firstEqual(values.map((value) => judge.values(value, answer, judge)));
  const assigned = assignmentOf(gold);
  if (assigned) return compareAssignment(assigned, gold, answer, judge);
  const rows = statedRows(gold, judge);
  if (rows) return compareMatrices(rows, answer, judge);
  const computed = computedValue(gold, judge);
  if (computed && answer.kind !== 'relation') return judge.values(computed, answer, judge);
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

/** `x = π/2 ≈ 1.57` is the exact value and its approximation, each with its name. */
function approximatedValues(gold: RelationNode): readonly Node[] {
  const exact = exactSides(gold);
  const approximate = gold.sides.slice(exact.length);
  if (approximate.length === 0 || !gold.operators.every((operator) => operator === '=' || operator === '≈'))
    return [];
  const [first] = exact;
  const last = exact.at(-1);
  if (!first || !last) return [];
  const name = exact.length > 1 && isName(first) ? first : undefined;
  return [last, ...approximate].map((value) =>
    name ? { kind: 'relation', sides: [name, value], operators: ['='] } : value,
  );
}

function firstEqual(judgements: readonly Judgement[]): Judgement {
  return judgements.find((judgement) => judgement.equal) ?? judgements[0] ?? unequal('different-value');
}

/** The value at the end of a chain that computes it: `p + q = 657 + 64 = 721`. */
function computedValue(gold: RelationNode, judge: Judge): Node | undefined {
  const last = gold.sides.at(-1);
  const before = gold.sides.at(-2);
  if (gold.sides.length < 3 || !last || !before || !gold.operators.every((operator) => operator === '='))
    return undefined;
  return agreesWithItself(gold, judge) && judge.values(last, before, judge).equal ? last : undefined;
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
  if (other && !agreesWithItself(answer, judge)) return unequal('contradiction');
  if (other && !areDistinctNames(name, other.name)) {
    const values = judge.values(value, other.value, judge);
    if (values.equal) return values;
  }
  const several = name.kind === 'product' && answer.sides.length === 2;
  if (
    !several &&
    namesOf([value], judge.fuel).names.size === 0 &&
    gold.sides.length === 2 &&
    isScalar(value)
  ) {
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
  const unsolved = isSolved(gold) && isUnsolvedBound(answer);
  if (unsolved && !(goldOperator === '=' && isProductOfUnknowns(gold))) return unequal('unsolved');
  if (!areProportional(f, g, judge))
    return goldOperator === '=' && areProportionalAcross(f, g, judge)
      ? equal('equal-equation')
      : unequal(unsolved ? 'unsolved' : 'different-relation');
  if (MIRRORED[goldOperator] === undefined) return equal('equal-equation');
  return haveEqualSigns(f, g, judge) === !flipped
    ? equal('equal-inequality')
    : unequal('different-direction');
}

/** `x < 5` */
function isSolved({ sides: [left, right] }: RelationNode): boolean {
  if (!left || !right) return false;
  return (isName(left) && symbolsOf(right).size === 0) || (isName(right) && symbolsOf(left).size === 0);
}

/** `xy = 1` relates two unknowns, `AB = 5` gives a length. */
function isProductOfUnknowns({ sides: [left] }: RelationNode): boolean {
  return (
    left?.kind === 'product' &&
    left.factors.every((each) => each.kind === 'symbol' && /^[a-z]/.test(each.name))
  );
}

/** `2x < 10` and `x - 5 < 0`, but not `-x > -5`. */
function isUnsolvedBound(relation: RelationNode): boolean {
  const [left = exact(0), right = exact(0)] = relation.sides;
  return !isSolved({ ...relation, sides: [withoutMinus(left), withoutMinus(right)] });
}

function withoutMinus(node: Node): Node {
  const [sign, ...rest] = node.kind === 'product' ? node.factors : [];
  return sign?.kind === 'number' && sign.value.numerator === -1n && sign.value.denominator === 1n
    ? product(rest)
    : node;
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

/**
 * Equations of which one was divided by what the other multiplies by: `xy = 1` and `y = 1/x`. Where the divisor is zero
 * the product must not hold, or be meaningless: coefficients of a differential equation are never zero.
 */
function areProportionalAcross(f: Node, g: Node, judge: Judge): boolean {
  return isMultiple(f, g, judge) || isMultiple(g, f, judge);
}

function isMultiple(multiplied: Node, divided: Node, judge: Judge): boolean {
  return divisorsIn(divided).some((divisor) => {
    const scaled = product([divisor, divided]);
    if (!areProportional(multiplied, scaled, judge)) return false;
    return [...symbolsOf(divisor)].every((name) => {
      const vanishing = withoutName(multiplied, name);
      const left = namesOf([vanishing], judge.fuel).names;
      const coefficient = hasDerivative(multiplied) && !isDerived(multiplied, name);
      return (left.size === 0 || coefficient) && equalExpressions(vanishing, exact(0), judge) === 'different';
    });
  });
}

/** Products of letters that something is divided by. */
function divisorsIn(node: Node): readonly Node[] {
  if (node.kind === 'power' && node.exponent.kind === 'number' && node.exponent.value.numerator === -1n)
    return allFactors(node.base).every(({ kind }) => kind === 'symbol') ? [node.base] : [];
  return childrenOf(node).flatMap(divisorsIn);
}

function hasDerivative(node: Node): boolean {
  return [...symbolsOf(node)].some((name) => /^\\d?dot |'$/.test(name));
}

function isDerived(node: Node, letter: string): boolean {
  return [...symbolsOf(node)].some(
    (name) => name.replace(/^\\d?dot |'+$/g, '') === letter && name !== letter,
  );
}

/** With 0 for a name; letters that it multiplies are gone. */
function withoutName(node: Node, name: string): Node {
  if (node.kind === 'symbol') return node.name === name ? exact(0) : node;
  const plain =
    node.kind === 'product' && node.factors.every(({ kind }) => kind === 'symbol' || kind === 'number');
  if (plain && symbolsOf(node).has(name)) return exact(0);
  return mapChildren(node, (child) => withoutName(child, name));
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
