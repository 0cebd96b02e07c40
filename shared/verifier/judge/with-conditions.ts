import type { ConditionalNode, Node, RelationNode } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { assignmentOf } from './shape.ts';

/**
 * An answer whose conditions stand apart: `2x, x > 0` and `2x (x > 0)` are the value `2x` for `x > 0`. A condition is
 * about letters of the value; `x > 1, x ≠ 2` is no value with a condition but two bounds.
 */
export function withConditions(node: Node): Node {
  return node.kind === 'list' ? conditionsBehind(node) : (conditionInBrackets(node) ?? node);
}

type List = Extract<Node, { kind: 'list' }>;

function conditionsBehind(list: List): Node {
  const items = list.items.map((item) => conditionInBrackets(item) ?? item);
  let count = items.findLastIndex((item) => !isCondition(item)) + 1;
  // `a, b ∈ ℝ` after the value
  while (
    count > 1 &&
    count < items.length &&
    isMembership(items[count]) &&
    items[count - 1]?.kind === 'symbol'
  )
    count -= 1;
  const [values, stated] = [items.slice(0, count), items.slice(count)];
  const letters = symbolsOf(...values.map(subjectOf));
  const [only] = values;
  const conditions = distributed(stated);
  if (
    !only ||
    conditions.length === 0 ||
    !values.every(isValue) ||
    (list.alternatives && !stated.every(isMembership))
  )
    return { ...list, items };
  if (!conditions.every((condition) => [...symbolsOf(condition)].some((name) => letters.has(name))))
    return { ...list, items };
  const value: Node = values.length === 1 ? only : { ...list, items: values };
  return conditional(value, conditions);
}

/** What a value says something about: of an equation that names a number nothing. */
function subjectOf(node: Node): Node {
  const assigned = assignmentOf(node);
  if (!assigned) return node;
  return assigned.name.kind === 'opaque'
    ? { kind: 'list', items: [assigned.value, ...assigned.name.args] }
    : assigned.value;
}

function isValue(node: Node): boolean {
  return node.kind !== 'relation' || assignmentOf(node) !== undefined;
}

/** `2x (x > 0)` is read as a product. */
function conditionInBrackets(node: Node): Node | undefined {
  if (node.kind === 'relation') {
    const last = node.sides.at(-1);
    const apart = last && conditionInBrackets(last);
    if (apart?.kind !== 'conditional') return undefined;
    return { ...apart, value: { ...node, sides: [...node.sides.slice(0, -1), apart.value] } };
  }
  if (node.kind === 'sum') {
    const last = node.terms.at(-1);
    const apart = last && conditionInBrackets(last);
    if (apart?.kind !== 'conditional') return undefined;
    return { ...apart, value: { ...node, terms: [...node.terms.slice(0, -1), apart.value] } };
  }
  if (node.kind !== 'product') return undefined;
  const last = node.factors.at(-1);
  if (!last) return undefined;
  const factors = node.factors.slice(0, -1);
  const [only] = factors;
  if (only && isCondition(last))
    return conditional(factors.length === 1 ? only : { kind: 'product', factors }, [last]);
  return undefined;
}

function conditional(value: Node, conditions: readonly Node[]): ConditionalNode {
  return value.kind === 'conditional'
    ? { ...value, conditions: [...value.conditions, ...conditions] }
    : { kind: 'conditional', value, conditions, restricted: false };
}

/** An inequality or a membership. */
function isCondition(node: Node): node is RelationNode {
  return node.kind === 'relation' && node.operators.every((operator) => '≠<>≤≥∈'.includes(operator));
}

function isMembership(node: Node | undefined): boolean {
  return node?.kind === 'relation' && node.operators[0] === '∈';
}

function distributed(stated: readonly Node[]): readonly Node[] {
  const set = stated.find(isMembership);
  const [, right] = set?.kind === 'relation' ? set.sides : [];
  return stated.map((each) =>
    each.kind === 'symbol' && right ? { kind: 'relation', sides: [each, right], operators: ['∈'] } : each,
  );
}
