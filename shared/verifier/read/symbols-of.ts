import { childrenOf } from '../node/children-of.ts';
import type { Node } from '../node/node.ts';
import { describe } from './describe.ts';

/** The letters, words and applied functions of unknown meaning in a value; not the letters that a series counts with. */
export function symbolsOf(...nodes: readonly Node[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'symbol') found.add(node.name);
    else if (node.kind === 'opaque' || node.kind === 'text') found.add(describe(node));
    if (node.kind === 'call' && node.name.startsWith('series')) visitSeries(node.args, visit, found);
    else childrenOf(node).forEach(visit);
  };
  nodes.forEach(visit);
  return found;
}

function visitSeries(
  [body, variable, ...range]: readonly Node[],
  visit: (node: Node) => void,
  found: Set<string>,
): void {
  range.forEach(visit);
  for (const name of body ? symbolsOf(body) : []) {
    if (variable?.kind !== 'symbol' || name !== variable.name) found.add(name);
  }
}
