import type { GroupNode, Node } from '../read/node.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

/** Ordered values: the same number of them, in the same brackets, each equal to its partner. */
export function compareTuples(gold: GroupNode, answer: Node, judge: Judge): Judgement {
  const group = tupleOf(answer, gold.items.length);
  if (!group) return unequal('no-tuple');
  if (group.items.length !== gold.items.length) return unequal('different-length');
  if (!sameBrackets(gold, group)) return unequal('different-brackets');
  for (const [index, item] of gold.items.entries()) {
    const { equal: same } = judge.values(unnamed(item), unnamed(group.items[index] as Node), judge); // same length
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

/** What can stand for a tuple: one in brackets, a column, `(p,q) = (3,2)`, `p = 3, q = 2`, three values or more in a row. */
function tupleOf(node: Node, length: number): GroupNode | undefined {
  if (node.kind === 'group') return node.open === '{' ? undefined : node;
  const assigned = assignmentOf(node);
  if (assigned) return tupleOf(assigned.value, length);
  if (node.kind === 'matrix') return vectorOf(node.rows);
  if (node.kind !== 'list') return undefined;
  const named = node.items.every((item) => assignmentOf(item) !== undefined);
  const row = length > 2 && node.items.every((item) => item.kind !== 'group' && item.kind !== 'relation');
  return named || row ? { kind: 'group', open: '(', close: ')', items: node.items } : undefined;
}

function vectorOf(rows: readonly (readonly Node[])[]): GroupNode | undefined {
  const items = rows.length === 1 ? rows[0] : rows.every((row) => row.length === 1) ? rows.flat() : undefined;
  return items && { kind: 'group', open: '(', close: ')', items };
}
