import type { Node } from './node.ts';

/** The same expression with other parts. */
export function mapChildren(node: Node, map: (child: Node) => Node): Node {
  switch (node.kind) {
    case 'sum':
      return { ...node, terms: node.terms.map(map) };
    case 'product':
      return { ...node, factors: node.factors.map(map) };
    case 'power':
      return { ...node, base: map(node.base), exponent: map(node.exponent) };
    case 'call':
    case 'opaque':
      return { ...node, args: node.args.map(map) };
    case 'percent':
    case 'degree':
    case 'quantity':
    case 'plus-minus':
      return { ...node, value: map(node.value) };
    case 'relation':
      return { ...node, sides: node.sides.map(map) };
    case 'group':
    case 'list':
      return { ...node, items: node.items.map(map) };
    case 'ratio':
      return { ...node, parts: node.parts.map(map) };
    case 'set-operation':
      return { ...node, operands: node.operands.map(map) };
    case 'conditional':
      return { ...node, value: map(node.value), conditions: node.conditions.map(map) };
    case 'piecewise':
      return {
        ...node,
        pieces: node.pieces.map((piece) => ({
          ...piece,
          value: map(piece.value),
          conditions: piece.conditions.map(map),
        })),
      };
    case 'matrix':
      return { ...node, rows: node.rows.map((row) => row.map(map)) };
    default:
      return node;
  }
}
