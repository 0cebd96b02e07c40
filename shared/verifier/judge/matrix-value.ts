import { product, sum } from '../node/make-node.ts';
import type { GroupNode, Node } from '../node/node.ts';

export type Rows = readonly (readonly Node[])[];

const MOST_CELLS = 400;

/** The rows that sums, products, multiples and transposes of matrices give; `undefined` for what is no matrix. */
export function matrixValue(node: Node): Rows | undefined {
  switch (node.kind) {
    case 'matrix':
      return node.rows;
    case 'group':
      return nestedRows(node);
    case 'product':
      return productRows(node.factors);
    case 'sum':
      return node.terms.map(matrixValue).reduce(sumRows);
    case 'power':
      return isTransposition(node.exponent)
        ? transposed(matrixValue(node.base) ?? rowOf(node.base))
        : undefined;
    default:
      return undefined;
  }
}

/** `[[1, 2], [3, 4]]`; in parentheses they would be points. */
function nestedRows(node: GroupNode): Rows | undefined {
  if (!isSquare(node) || !node.items.every(isSquare)) return undefined;
  const rows = node.items.map((item) => (item.kind === 'group' ? item.items : []));
  return rows.every((row) => row.length === rows[0]?.length) ? rows : undefined;
}

function isSquare(node: Node): boolean {
  return node.kind === 'group' && node.open === '[' && node.close === ']';
}

/** `(1, 2)^T` */
function rowOf(node: Node): Rows | undefined {
  return node.kind === 'group' && node.open !== '{' ? [node.items] : undefined;
}

function isTransposition(exponent: Node): boolean {
  return exponent.kind === 'symbol' && ['T', 't', '\\top', '\\intercal'].includes(exponent.name);
}

function transposed(rows: Rows | undefined): Rows | undefined {
  return rows?.[0]?.map((_, column) => rows.map((row) => row[column] as Node)); // no row is shorter
}

function productRows(factors: readonly Node[]): Rows | undefined {
  const scale = factors.filter((factor) => matrixValue(factor) === undefined);
  const matrices = factors.flatMap((factor) => {
    const rows = matrixValue(factor);
    return rows ? [rows] : [];
  });
  const [first, ...rest] = matrices;
  const rows = first && rest.reduce<Rows | undefined>(multiplied, first);
  return rows?.map((row) => row.map((cell) => (scale.length === 0 ? cell : product([...scale, cell]))));
}

function multiplied(a: Rows | undefined, b: Rows): Rows | undefined {
  if (!a || a[0]?.length !== b.length || a.length * (b[0]?.length ?? 0) * b.length > MOST_CELLS)
    return undefined;
  const columns = transposed(b) ?? [];
  return a.map((row) =>
    columns.map((column) => sum(row.map((cell, index) => product([cell, column[index] as Node])))),
  ); // same length
}

function sumRows(a: Rows | undefined, b: Rows | undefined): Rows | undefined {
  if (!a || !b || a.length !== b.length || a[0]?.length !== b[0]?.length) return undefined;
  return a.map((row, r) => row.map((cell, c) => sum([cell, b[r]?.[c] as Node]))); // same size
}
