import type { Node } from '../node/node.ts';

/** A value in one line, for people: what an answer was read as. */
export function describe(node: Node): string {
  switch (node.kind) {
    case 'number':
      return node.value.denominator === 1n
        ? `${node.value.numerator}`
        : `${node.value.numerator}/${node.value.denominator}`;
    case 'symbol':
      return node.name;
    case 'constant':
      return { pi: 'π', e: 'e', i: 'i', infinity: '∞' }[node.name];
    case 'sum':
      return `(${node.terms.map(describe).join(' + ')})`;
    case 'product':
      return node.factors.map(describe).join('·');
    case 'power':
      return `${describe(node.base)}^(${describe(node.exponent)})`;
    case 'call':
    case 'opaque':
      return `${node.name}(${all(node.args)})`;
    case 'plus-minus':
      return `${node.flipped ? '∓' : '±'}${describe(node.value)}`;
    case 'percent':
      return `${describe(node.value)}%`;
    case 'degree':
      return `${describe(node.value)}°`;
    case 'quantity':
      return `${describe(node.value)} [${node.unit}]`;
    case 'based':
      return `${node.digits} in base ${node.base}`;
    case 'group':
      return `${node.open}${all(node.items)}${node.close}`;
    case 'list':
      return `list of ${all(node.items)}`;
    case 'relation':
      return node.sides
        .map(
          (side, index) =>
            `${describe(side)}${index < node.operators.length ? ` ${node.operators[index]} ` : ''}`,
        )
        .join('');
    case 'set-operation':
      return node.operands.map(describe).join(` ${node.operator} `);
    case 'matrix':
      return `[${node.rows.map((row) => all(row)).join('; ')}]`;
    case 'conditional':
      return `${describe(node.value)} where ${all(node.conditions)}`;
    case 'piecewise':
      return `cases ${all(node.pieces)}`;
    case 'ratio':
      return node.parts.map(describe).join(' : ');
    case 'text':
      return `"${node.text}"`;
    default:
      return node satisfies never;
  }
}

function all(nodes: readonly Node[]): string {
  return nodes.map(describe).join(', ');
}
