import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluateConstant } from '../math/evaluate-constant.ts';
import type { Node, RelationNode } from '../read/node.ts';
import { compareLists } from './compare-lists.ts';
import { compareMatrices } from './compare-matrices.ts';
import { compareMeasured } from './compare-measured.ts';
import { compareNumbers } from './compare-numbers.ts';
import { compareRelations } from './compare-relations.ts';
import { compareTuples } from './compare-tuples.ts';
import { elementsOf, isFiniteSet } from './elements.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { matrixValue } from './matrix-value.ts';
import { compareAsRealSets } from './real-set.ts';
import { assignmentOf, bothSigns, exactSides, withoutUnit } from './shape.ts';
import { textKey } from './text-key.ts';

/** Compares an answer with the gold; the gold's kind says how. */
export function compareValues(goldNode: Node, answerNode: Node, judge: Judge): Judgement {
  judge.fuel.spend(2);
  const measured = compareMeasured(goldNode, answerNode, judge);
  if (measured) return measured;
  const [gold, answer] = [withoutUnit(goldNode), withoutUnit(answerNode)];
  switch (gold.kind) {
    case 'list':
      return compareMany(gold, answer, judge);
    case 'set-operation':
      return compareSets(gold, answer, judge);
    case 'group':
      return compareGroup(gold, answer, judge);
    case 'relation':
      return elementsOf(gold).length > 1
        ? compareLists(gold, answer, judge)
        : compareRelations(gold, answerNode, judge);
    case 'matrix':
      return compareMatrices(gold.rows, answer, judge);
    case 'text':
      return answer.kind === 'text' && textKey(answer.text) === textKey(gold.text)
        ? equal('equal-text')
        : unequal('different-text');
    default:
      return compareScalars(gold, answer, judge);
  }
}

function compareMany(gold: Node, answer: Node, judge: Judge): Judgement {
  const lists = compareLists(gold, answer, judge);
  if (lists.equal) return lists;
  const named =
    gold.kind === 'list' &&
    answer.kind === 'group' &&
    gold.items.every((item) => assignmentOf(item) !== undefined);
  if (named) return compareTuples({ kind: 'group', open: '(', close: ')', items: gold.items }, answer, judge);
  return compareAsRealSets(gold, answer, judge) ?? lists;
}

function compareSets(gold: Node, answer: Node, judge: Judge): Judgement {
  return compareAsRealSets(gold, answer, judge) ?? compareOperands(gold, answer, judge);
}

/** Sets with names in them, operand by operand. */
function compareOperands(gold: Node, answer: Node, judge: Judge): Judgement {
  const value = assignmentOf(answer)?.value ?? answer;
  if (gold.kind !== 'set-operation' || value.kind !== 'set-operation' || gold.operator !== value.operator) {
    return isFiniteSet(gold) ? compareLists(gold, value, judge) : unequal('different-type');
  }
  const same = gold.operands.every(
    (operand, index) => judge.values(operand, value.operands[index] as Node, judge).equal,
  ); // two each
  return same ? equal('equal-operands') : unequal('different-operands');
}

function compareGroup(gold: Extract<Node, { kind: 'group' }>, answer: Node, judge: Judge): Judgement {
  if (gold.open === '{') {
    const lists =
      isListLike(answer) || elementsOf(gold).length <= 1
        ? compareLists(gold, answer, judge)
        : unequal('no-set');
    return lists.equal ? lists : (compareAsRealSets(gold, answer, judge) ?? lists);
  }
  const tuple = compareTuples(gold, answer, judge);
  if (tuple.equal) return tuple;
  const other = answer.kind !== 'group' || answer.open === '{';
  return (other ? compareAsRealSets(gold, answer, judge) : undefined) ?? tuple;
}

function isListLike(answer: Node): boolean {
  return elementsOf(answer).length > 1 || (answer.kind === 'group' && answer.open === '{');
}

function compareScalars(gold: Node, answer: Node, judge: Judge): Judgement {
  const matrix = matrixValue(gold);
  if (matrix) return compareMatrices(matrix, answer, judge);
  const line =
    gold.kind === 'symbol' && gold.name === 'ℝ' ? compareAsRealSets(gold, answer, judge) : undefined;
  if (line) return line;
  const golds = bothSigns(gold);
  if (golds.length > 1) return compareLists(gold, answer, judge);
  const elements = elementsOf(answer);
  if (elements.length !== 1) return compareOne(gold, elements, judge);
  return compareSingle(gold, elements[0] as Node, judge); // one
}

/** A list is one value only if it repeats it. */
function compareOne(gold: Node, elements: readonly Node[], judge: Judge): Judgement {
  if (elements.length === 0 || elements.length > 20) return unequal('several-answers');
  const [first] = elements;
  const alike = elements.every(
    (element) =>
      first &&
      isPercent(first) === isPercent(element) &&
      compareValues(first, element, { ...judge, options: {} }).equal,
  );
  const same = alike && elements.every((element) => compareSingle(gold, element, judge).equal);
  return same ? equal('equal-value') : unequal('several-answers');
}

function isPercent(node: Node): boolean {
  return node.kind === 'percent';
}

function compareSingle(gold: Node, answerNode: Node, judge: Judge): Judgement {
  const answer = withoutUnit(answerNode);
  if (answer.kind === 'relation') return compareRelationToValue(gold, answer, judge);
  if (answer.kind === 'ratio' || gold.kind === 'ratio') return compareRatios(gold, answer, judge);
  if (answer.kind === 'based' || gold.kind === 'based') return compareBased(gold, answer, judge);
  if (
    answer.kind === 'group' ||
    answer.kind === 'text' ||
    answer.kind === 'matrix' ||
    answer.kind === 'set-operation'
  ) {
    return unequal('different-type');
  }
  if (isInfinite(gold) || isInfinite(answer)) {
    return signOfInfinity(gold) === signOfInfinity(answer)
      ? equal('equal-value')
      : unequal('different-value');
  }
  return compareNumbers(gold, answer, judge);
}

/** `name = … = value` is its value; a chain without a name must not contradict itself. */
function compareRelationToValue(gold: Node, answer: RelationNode, judge: Judge): Judgement {
  const assigned = assignmentOf(answer);
  if (assigned) return judge.values(gold, assigned.value, judge);
  if (answer.operators.some((operator) => operator !== '=' && operator !== '≈' && operator !== '≡'))
    return unequal('unsolved');
  const sides = exactSides(answer);
  const last = sides.at(-1) as Node; // a relation has sides
  const value = compareSingleSide(gold, last, judge);
  if (!value.equal) return value;
  const consistent = sides.every((side) => agrees(side, last, judge)) && approximates(answer, last, judge);
  return consistent ? value : unequal('contradiction');
}

/** What stands behind `≈` must be near. */
function approximates(answer: RelationNode, exact: Node, { fuel }: Judge): boolean {
  const value = evaluateConstant(exact, fuel);
  return answer.sides.slice(exactSides(answer).length).every((side) => {
    const other = evaluateConstant(side, fuel);
    return value === undefined || other === undefined || Math.abs(value - other) <= 0.05 * Math.abs(value);
  });
}

function compareSingleSide(gold: Node, side: Node, judge: Judge): Judgement {
  return side.kind === 'relation' ? unequal('different-type') : judge.values(gold, side, judge);
}

/** Sides with other units cannot be compared: `100 cm = 1 m`. */
function agrees(side: Node, last: Node, judge: Judge): boolean {
  if ((side.kind === 'quantity') !== (last.kind === 'quantity')) return true;
  return (
    judge.values(last, side, { ...judge, options: {} }).equal ||
    equalExpressions(withoutUnit(side), withoutUnit(last), judge) === 'equal'
  );
}

/** `3:4`, also written as the fraction. */
function compareRatios(gold: Node, answer: Node, judge: Judge): Judgement {
  const [a, b] = [gold.kind === 'ratio' ? partsOf(gold) : [], partsOf(answer)];
  const [first, ...others] = a;
  const [lead, ...rest] = b;
  if (!first || !lead || a.length !== b.length) return unequal('different-ratio');
  const same = others.every((part, index) => {
    const cross: Node = { kind: 'product', factors: [part, lead] };
    const partner: Node = { kind: 'product', factors: [rest[index] as Node, first] }; // same length
    return equalExpressions(cross, partner, judge) === 'equal';
  });
  return same ? equal('equal-ratio') : unequal('different-ratio');
}

function partsOf(node: Node): readonly Node[] {
  if (node.kind === 'ratio') return node.parts.map(withoutUnit);
  const [numerator, inverse] = node.kind === 'product' ? node.factors : [];
  if (numerator && inverse?.kind === 'power' && node.kind === 'product' && node.factors.length === 2)
    return [numerator, inverse.base];
  return [];
}

/** Digits in a base are an answer only in that base; a plain gold takes their value. */
function compareBased(gold: Node, answer: Node, judge: Judge): Judgement {
  if (gold.kind === 'based' && answer.kind === 'based') {
    const same =
      gold.base === answer.base && gold.digits.replace(/^0+/, '') === answer.digits.replace(/^0+/, '');
    return same ? equal('equal-digits') : unequal('different-digits');
  }
  if (answer.kind !== 'based') return unequal('no-base');
  const value = valueInBase(answer.digits, answer.base);
  return value === undefined ? unequal('different-type') : compareNumbers(gold, value, judge);
}

function valueInBase(digits: string, base: number): Node | undefined {
  if (base < 2 || base > 36 || digits.length > 200) return undefined;
  let total = 0n;
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) return undefined;
    total = total * BigInt(base) + BigInt(digit);
  }
  return {
    kind: 'number',
    value: { numerator: total, denominator: 1n },
    decimals: null,
    digits: digits.length,
  };
}

function isInfinite(node: Node): boolean {
  return signOfInfinity(node) !== 0;
}

function signOfInfinity(node: Node): number {
  if (node.kind === 'constant') return node.name === 'infinity' ? 1 : 0;
  if (node.kind !== 'product' || node.factors.length !== 2) return 0;
  const [scale, rest] = node.factors;
  if (rest?.kind !== 'constant' || rest.name !== 'infinity' || scale?.kind !== 'number') return 0;
  return scale.value.numerator < 0n ? -1 : 1;
}
