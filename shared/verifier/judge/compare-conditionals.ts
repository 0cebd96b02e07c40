import { mapChildren } from '../node/map-children.ts';
import type { ConditionalNode, Node } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

/**
 * Compares values of which at least one has conditions. Two conditions must agree; a single one may only repeat what
 * the problem says: for which numbers a formula or a family of values is meant.
 */
export function compareConditionals(gold: Node, answer: Node, judge: Judge): Judgement {
  if (gold.kind === 'conditional' && answer.kind === 'conditional') return compareBoth(gold, answer, judge);
  const [one, other] = gold.kind === 'conditional' ? [gold, answer] : [answer, gold];
  if (one.kind !== 'conditional') return unequal('different-type');
  if (!one.conditions.every((condition) => isUnderstood(condition, one, other, one === gold)))
    return unequal('different-condition');
  return one === gold ? judge.values(one.value, answer, judge) : judge.values(gold, one.value, judge);
}

function compareBoth(gold: ConditionalNode, written: ConditionalNode, judge: Judge): Judgement {
  const answer = withNamesOf(gold, written);
  const value = judge.values(gold.value, answer.value, judge);
  if (!value.equal) return value;
  return sameConditions(gold.conditions, answer.conditions, judge) ? value : unequal('different-condition');
}

/** Each condition has its partner; what holds for all numbers needs none. */
export function sameConditions(golds: readonly Node[], answers: readonly Node[], judge: Judge): boolean {
  const [left, right] = [golds.filter(saysSomething), answers.filter(saysSomething)];
  if (left.length === 0 || right.length === 0) return left.length === right.length;
  if (
    left.length === right.length &&
    left.every((gold) => right.some((answer) => sameCondition(gold, answer, judge)))
  )
    return right.every((answer) => left.some((gold) => sameCondition(gold, answer, judge)));
  const list = (items: readonly Node[]): Node => ({ kind: 'list', items, conjunction: true });
  return judge.values(list(left), list(right), judge).equal;
}

function sameCondition(gold: Node, answer: Node, judge: Judge): boolean {
  if (gold.kind === 'text' || answer.kind === 'text')
    return gold.kind === 'text' && answer.kind === 'text' && gold.text === answer.text;
  const [goldSet, answerSet] = [numbersIn(gold), numbersIn(answer)];
  if (goldSet !== undefined && answerSet !== undefined && subject(gold) !== undefined)
    return goldSet === answerSet && subject(gold) === subject(answer);
  return judge.values(gold, answer, judge).equal;
}

function saysSomething(condition: Node): boolean {
  const set = numbersIn(condition);
  return set !== 'any' && set !== 'R';
}

/** The set of numbers that a membership names, `R` for all real ones. */
function numbersIn(condition: Node): string | undefined {
  if (condition.kind !== 'relation' || condition.operators.length !== 1 || condition.operators[0] !== '∈')
    return undefined;
  const [, set] = condition.sides;
  if (set?.kind !== 'symbol') return undefined;
  return set.name.replace('\\mathbb ', '').replace('ℝ', 'R');
}

function subject(condition: Node): string | undefined {
  const [name] = condition.kind === 'relation' ? condition.sides : [];
  return name?.kind === 'symbol' ? name.name : undefined;
}

/** Whether the problem says the same, so that it may be left out. */
function isUnderstood(
  condition: Node,
  { value, restricted }: ConditionalNode,
  other: Node,
  golds: boolean,
): boolean {
  if (restricted || condition.kind !== 'relation' || condition.operators.includes('=')) return false;
  const assigned = assignmentOf(value);
  const named = [assigned?.name, assignmentOf(other)?.name].find((name) => name?.kind === 'opaque');
  const letters = symbolsOf(assigned?.value ?? value, ...(named ? [named] : []));
  if (![...symbolsOf(condition)].some((name) => letters.has(name))) return false;
  // a part of the line y = 2x is another figure
  const curve = assigned?.name.kind === 'symbol' && /^[xyzr]$/.test(assigned.name.name);
  const parameter = subject(condition);
  if (numbersIn(condition) !== undefined)
    return (
      !curve ||
      (parameter !== undefined && !['x', 'y', 'z', 'r', 'theta'].includes(parameter)) ||
      !saysSomething(condition)
    );
  if (curve || condition.operators.includes('∈')) return false;
  // the domain of a function is the problem's; the range of a parameter is not
  const free =
    named?.kind === 'opaque' ? symbolsOf(...named.args) : !golds && letters.size === 1 ? letters : new Set();
  return [...symbolsOf(condition)].every((name) => free.has(name));
}

/** The answer with the gold's letters for what ranges over numbers: `2k, k ∈ ℤ` is `2n, n ∈ ℤ`. */
function withNamesOf(gold: ConditionalNode, answer: ConditionalNode): ConditionalNode {
  const [golds, answers] = [parameters(gold), parameters(answer)];
  const [from] = answers;
  const [to] = golds;
  if (answers.length !== 1 || golds.length !== 1 || !from || !to || from === to) return answer;
  if (symbolsOf(gold).has(from) || symbolsOf(answer).has(to)) return answer;
  const rename = (node: Node): Node =>
    node.kind === 'symbol' && node.name === from ? { ...node, name: to } : mapChildren(node, rename);
  return { ...answer, value: rename(answer.value), conditions: answer.conditions.map(rename) };
}

function parameters(node: ConditionalNode): readonly string[] {
  return node.conditions.flatMap((condition) => {
    const name = numbersIn(condition) === undefined ? undefined : subject(condition);
    return name === undefined ? [] : [name];
  });
}
