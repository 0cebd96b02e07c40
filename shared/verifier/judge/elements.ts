import type { Node } from '../read/node.ts';
import { assignmentOf, bothSigns } from './shape.ts';

/** The values that a list, a finite set or an expression with `±` stands for; any other value stands for itself. */
export function elementsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'list':
      return withoutLeadingName(node.items).flatMap(elementsOf);
    case 'group':
      return node.open === '{' ? withoutLeadingName(node.items).flatMap(memberOf) : [node];
    case 'set-operation': {
      const finite = node.operator === '∪' && node.operands.every(isFiniteSet);
      return finite ? node.operands.flatMap(elementsOf) : [node];
    }
    case 'relation':
      return relationElements(node);
    default:
      return bothSigns(node);
  }
}

/** A set within a set is one of its members. */
function memberOf(item: Node): readonly Node[] {
  return item.kind === 'group' && item.open === '{' ? [item] : elementsOf(item);
}

/** `x = 1 ± √2` and `x ∈ {1, 2}` are their values. */
function relationElements(node: Node): readonly Node[] {
  if (node.kind !== 'relation') return [node];
  const [, right] = node.sides;
  if (node.operators.length === 1 && node.operators[0] === '∈' && right && isFiniteSet(right))
    return elementsOf(right);
  const assigned = assignmentOf(node);
  if (!assigned) return [node];
  const values = elementsOf(assigned.value);
  return values.length === 1 ? [node] : values;
}

export function isFiniteSet(node: Node): boolean {
  if (node.kind === 'set-operation') return node.operands.every(isFiniteSet);
  return node.kind === 'group' && node.open === '{';
}

/** `n = 1, 2, 3` are the values 1, 2 and 3. */
function withoutLeadingName(items: readonly Node[]): readonly Node[] {
  const [first, ...rest] = items;
  const assigned = first && rest.length > 0 ? assignmentOf(first) : undefined;
  if (!assigned || rest.some((item) => item.kind === 'relation')) return items;
  return [assigned.value, ...rest];
}
