import type { GroupNode, Node } from '../node/node.ts';
import { assignmentOf, bothSigns } from './shape.ts';

/** The values that a list, a finite set or an expression with `±` stands for; any other value stands for itself. */
export function elementsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'list':
      return withoutLeadingName(node.items).flatMap(memberOf);
    case 'group':
      if (node.open !== '{') return bothSigns(node);
      return isDescribed(node) ? describedElements(node) : withoutLeadingName(node.items).flatMap(memberOf);
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

/** `\{x : x > 1\}` says of its members what they are. */
export function isDescribed(node: Node): boolean {
  return node.kind === 'group' && node.items[0]?.kind === 'conditional';
}

/** `\{x : x = 1 or x = 2\}` are 1 and 2. */
function describedElements(node: GroupNode): readonly Node[] {
  const [member] = node.items;
  const [condition, ...others] = member?.kind === 'conditional' ? member.conditions : [];
  const stated =
    condition?.kind === 'list' && condition.alternatives ? condition.items : condition ? [condition] : [];
  if (member?.kind !== 'conditional' || member.value.kind !== 'symbol' || others.length > 0) return [node];
  const { name } = member.value;
  const values = stated.flatMap((each) => {
    const assigned = assignmentOf(each);
    return assigned?.name.kind === 'symbol' && assigned.name.name === name ? elementsOf(assigned.value) : [];
  });
  return values.length >= stated.length && stated.every((each) => assignmentOf(each)) ? values : [node];
}

/** A set within a set or a list is one of its members. */
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
  return node.kind === 'group' && node.open === '{' && !isDescribed(node);
}

/** `n = 1, 2, 3` are the values 1, 2 and 3. */
function withoutLeadingName(items: readonly Node[]): readonly Node[] {
  const [first, ...rest] = items;
  const assigned = first && rest.length > 0 ? assignmentOf(first) : undefined;
  if (!assigned || rest.some((item) => item.kind === 'relation')) return items;
  return [assigned.value, ...rest];
}
