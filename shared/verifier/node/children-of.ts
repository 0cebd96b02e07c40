import type { Node } from './node.ts';

/** The parts of an expression that are expressions themselves. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sum':
      return node.terms;
    case 'product':
      return node.factors;
    case 'power':
      return [node.base, node.exponent];
    case 'call':
    case 'opaque':
      return node.args;
    case 'percent':
    case 'degree':
    case 'quantity':
    case 'plus-minus':
      return [node.value];
    case 'relation':
      return node.sides;
    case 'matrix':
      return node.rows.flat();
    case 'group':
    case 'list':
      return node.items;
    case 'ratio':
      return node.parts;
    case 'set-operation':
      return node.operands;
    case 'conditional':
      return [node.value, ...node.conditions];
    case 'piecewise':
      return node.pieces;
    default:
      return [];
  }
}
