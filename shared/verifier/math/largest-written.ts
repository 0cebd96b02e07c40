import type { Fuel } from '../fuel.ts';
import { childrenOf } from '../node/children-of.ts';
import type { Node } from '../node/node.ts';
import { absolute, floor } from '../node/rational.ts';

/** The largest number that is written, rounded up. */
export function largestWritten(nodes: readonly Node[], fuel: Fuel): bigint {
  let largest = 0n;
  for (const node of nodes) {
    fuel.spend(1);
    const own = node.kind === 'number' ? floor(absolute(node.value)) + 1n : 0n;
    const inside = largestWritten(childrenOf(node), fuel);
    for (const each of [own, inside]) if (each > largest) largest = each;
  }
  return largest;
}
