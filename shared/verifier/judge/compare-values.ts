import { equalExpressions } from '../math/equal-expressions.ts';
import type { GroupNode, Node } from '../node/node.ts';
import { compareChain } from './compare-chains.ts';
import { compareConditionals } from './compare-conditionals.ts';
import { compareLists } from './compare-lists.ts';
import { compareMatrices } from './compare-matrices.ts';
import { compareMeasured } from './compare-measured.ts';
import { compareNumbers } from './compare-numbers.ts';
import { comparePiecewise } from './compare-piecewise.ts';
import { compareRelations } from './compare-relations.ts';
import { compareNamed, compareTuples } from './compare-tuples.ts';
import { namedComponents } from './components.ts';
import { elementsOf, isDescribed, isFiniteSet } from './elements.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { matrixValue } from './matrix-value.ts';
import { compareAsRealSets } from './real-set.ts';
import { assignmentOf, bothSigns, withoutUnit } from './shape.ts';
import { textKey } from './text-key.ts';

/** Compares an answer with the gold; the gold's kind says how. */
export function compareValues(goldNode: Node, answerNode: Node, judge: Judge): Judgement {
  judge.fuel.spend(2);
  const measured = compareMeasured(goldNode, answerNode, judge);
  if (measured) return measured;
  const [gold, answer] = [withoutUnit(goldNode), withoutUnit(answerNode)];
  if (gold.kind === 'conditional' || answer.kind === 'conditional')
    return compareConditionals(gold, answer, judge);
  switch (gold.kind) {
    case 'piecewise':
      return comparePiecewise(gold, answer, judge);
    case 'list':
      return compareMany(gold, answer, judge);
    case 'set-operation':
      return compareSets(gold, answer, judge);
    case 'group':
      return compareGroup(gold, answer, judge);
    case 'relation':
      return elementsOf(gold).length > 1
        ? compareLists(gold, answer, judge)
        : (comparePoints(gold, answer, judge) ?? compareRelations(gold, answerNode, judge));
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
  return compareAsRealSets(gold, answer, judge) ?? lists;
}

/** `(x, y) = (1, 2)` */
function comparePoints(gold: Node, answer: Node, judge: Judge): Judgement | undefined {
  const named = namedComponents(gold);
  return named && compareNamed(named, answer, judge);
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

function compareGroup(gold: GroupNode, answer: Node, judge: Judge): Judgement {
  if (isDescribed(gold) && elementsOf(gold).length === 1)
    return compareAsRealSets(gold, answer, judge) ?? compareDescribed(gold, answer, judge);
  if (gold.open === '{') {
    const lists =
      isListLike(answer) || elementsOf(gold).length <= 1
        ? compareLists(gold, answer, judge)
        : unequal('no-set');
    return lists.equal ? lists : (compareAsRealSets(gold, answer, judge) ?? lists);
  }
  const rows = matrixValue(gold);
  if (rows && compareMatrices(rows, answer, judge).equal) return equal('equal-cells');
  if (elementsOf(gold).length > 1) return compareLists(gold, answer, judge);
  const tuple = compareTuples(gold, answer, judge);
  if (tuple.equal) return tuple;
  const other = (answer.kind !== 'group' || answer.open === '{') && !namedComponents(answer);
  return (other ? compareAsRealSets(gold, answer, judge) : undefined) ?? tuple;
}

/** `\{2k : k ∈ ℤ\}`: the same members under the same conditions. */
function compareDescribed(gold: GroupNode, answer: Node, judge: Judge): Judgement {
  const set = assignmentOf(answer)?.value ?? answer;
  const [member, other] = [gold.items[0], set.kind === 'group' ? set.items[0] : undefined];
  return member && other?.kind === 'conditional'
    ? compareConditionals(member, other, judge)
    : unequal('different-set');
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
  if (answer.kind === 'relation') return compareChain(gold, answer, judge);
  if (answer.kind === 'ratio' || gold.kind === 'ratio') return compareRatios(gold, answer, judge);
  if (answer.kind === 'based' || gold.kind === 'based') return compareBased(gold, answer, judge);
  if (
    answer.kind === 'group' ||
    answer.kind === 'text' ||
    answer.kind === 'matrix' ||
    answer.kind === 'piecewise' ||
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
