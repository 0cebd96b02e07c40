import type { Node, RelationNode } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { matrixValue, type Rows } from './matrix-value.ts';
import { isName } from './shape.ts';

/** Cell by cell; whatever brackets a matrix has, and a column also as a tuple. */
export function compareMatrices(gold: Rows, answer: Node, judge: Judge): Judgement {
  const rows = rowsOf(answer, gold, judge);
  if (!rows) return unequal('no-matrix');
  return compareRows(gold, rows, judge);
}

function compareRows(gold: Rows, rows: Rows, judge: Judge): Judgement {
  if (rows.length !== gold.length || rows[0]?.length !== gold[0]?.length) return unequal('different-size');
  const cells = gold.flat();
  const others = rows.flat();
  const same = cells.every((cell, index) => judge.values(cell, others[index] as Node, judge).equal); // same size
  return same ? equal('equal-cells') : unequal('different-cell');
}

/** The rows of a matrix or of arithmetic with matrices, also of `A = …`; of a tuple where the gold is a column. */
function rowsOf(node: Node, like: Rows, judge: Judge): Rows | undefined {
  if (node.kind === 'relation') return statedRows(node, judge, (side) => rowsOf(side, like, judge));
  const column = like.every((row) => row.length === 1);
  if (column && node.kind === 'group' && ['()', '[]'].includes(node.open + node.close))
    return node.items.map((item) => [item]);
  // \binom{1}{2} where a column is asked for
  if (column && like.length === 2 && node.kind === 'call' && node.name === 'binomial')
    return node.args.map((arg) => [arg]);
  return matrixValue(node);
}

/** The rows on the right of `A = …`, `A^{-1} = …`, `A B = …`: what stands before names them or equals them. */
export function statedRows(
  { sides, operators }: RelationNode,
  judge: Judge,
  read: (side: Node) => Rows | undefined = matrixValue,
): Rows | undefined {
  const last = sides.at(-1);
  const rows = last && operators.every((operator) => operator === '=') ? read(last) : undefined;
  if (!rows) return undefined;
  const consistent = sides.slice(0, -1).every((side) => {
    const other = read(side);
    if (!other) return isMatrixName(side);
    const named =
      other.flat().every(isName) && new Set(other.flat().flatMap((cell) => [...symbolsOf(cell)])).size > 0;
    return named || compareRows(rows, other, judge).equal;
  });
  return consistent ? rows : undefined;
}

/** `A^{100}`, `A + B`, `\operatorname{adj} A`: never a multiple, which would ask for a division. */
function isMatrixName(node: Node): boolean {
  switch (node.kind) {
    case 'sum':
      return node.terms.every(isMatrixName);
    case 'product':
      return node.factors.every(isMatrixName);
    case 'power':
      return isMatrixName(node.base);
    default:
      return isName(node) && !(node.kind === 'call' && node.name === 'det');
  }
}
