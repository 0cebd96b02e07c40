import type { Node } from './node.ts';

/** The factors of a product, those of products within it included; anything else is its own factor. */
export function allFactors(node: Node): readonly Node[] {
  return node.kind === 'product' ? node.factors.flatMap(allFactors) : [node];
}
