import type { GroupNode, Node } from '../node/node.ts';
import { alongBasis, type Components, columnOf, inUsualOrder, namedComponents } from './components.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

/** Ordered values: the same number of them, in the same brackets, each equal to its partner. */
export function compareTuples(gold: GroupNode, answer: Node, judge: Judge): Judgement {
  const golds = namedComponents(gold);
  const group = golds ? undefined : tupleOf(answer, gold.items.length);
  if (golds) return compareNamed(golds, answer, judge);
  if (!group) return unequal('no-tuple');
  if (group.items.length !== gold.items.length) return unequal('different-length');
  if (!sameBrackets(gold, group)) return unequal('different-brackets');
  return compareInOrder(gold.items.map(unnamed), group.items.map(unnamed), judge);
}

/** Values with names: each has its namesake; a bare tuple lists them in their usual order. */
export function compareNamed(gold: Components, answer: Node, judge: Judge): Judgement {
  const named = namedComponents(answer);
  if (named) return compareByName(gold, named, judge);
  const group = tupleOf(answer, gold.values.length);
  if (!group) return unequal('no-tuple');
  if (group.open !== '(' || group.close !== ')') return unequal('different-brackets');
  if (group.items.length !== gold.values.length) return unequal('different-length');
  return compareInOrder(inUsualOrder(gold), group.items.map(unnamed), judge);
}

function compareByName(gold: Components, answer: Components, judge: Judge): Judgement {
  if (gold.values.length !== answer.values.length) return unequal('different-length');
  const names = answer.names ?? [];
  for (const [index, name] of (gold.names ?? []).entries()) {
    const at = names.findIndex((other) => judge.values(name, other, judge).equal || isSameName(name, other));
    if (at < 0) return unequal('different-name');
    const agree = judge.values(gold.values[index] as Node, answer.values[at] as Node, judge).equal; // same length
    if (!agree) return unequal('different-component');
  }
  return equal('equal-components');
}

function isSameName(a: Node, b: Node): boolean {
  return a.kind === 'text' && b.kind === 'text' && a.text.toLowerCase() === b.text.toLowerCase();
}

function compareInOrder(golds: readonly Node[], answers: readonly Node[], judge: Judge): Judgement {
  for (const [index, item] of golds.entries()) {
    const { equal: same } = judge.values(item, answers[index] as Node, judge); // same length
    if (!same) return unequal('different-component');
  }
  return equal('equal-components');
}

/** Two values in brackets may be an interval; of three or more only the order matters. */
function sameBrackets(gold: GroupNode, answer: GroupNode): boolean {
  if (gold.items.length > 2 && gold.open !== '{' && answer.open !== '{') return true;
  return gold.open === answer.open && gold.close === answer.close;
}

function unnamed(node: Node): Node {
  return assignmentOf(node)?.value ?? node;
}

/** What can stand for a tuple: one in brackets, a column, `(p,q) = (3,2)`, `p = 3, q = 2`, `A(3,2)`, three values or more in a row. */
function tupleOf(node: Node, length: number): GroupNode | undefined {
  const named = namedComponents(node);
  if (named) return inParentheses(inUsualOrder(named));
  if (node.kind === 'group') {
    const [only] = node.items;
    if (node.open !== '{') return node;
    return node.items.length === 1 && only?.kind === 'group' ? tupleOf(only, length) : undefined;
  }
  const assigned = assignmentOf(node);
  if (assigned) return tupleOf(assigned.value, length);
  if (isPoint(node)) return inParentheses(node.args);
  const column = columnOf(node) ?? alongBasis(node, length);
  if (column) return inParentheses(column);
  if (node.kind !== 'list') return undefined;
  const row = length > 2 && node.items.every((item) => item.kind !== 'group' && item.kind !== 'relation');
  return row ? inParentheses(node.items) : undefined;
}

/** `A(3, 2)` */
function isPoint(node: Node): node is Extract<Node, { kind: 'opaque' }> {
  return node.kind === 'opaque' && /^[A-Z]$/.test(node.name) && node.args.length > 1;
}

function inParentheses(items: readonly Node[]): GroupNode {
  return { kind: 'group', open: '(', close: ')', items };
}
