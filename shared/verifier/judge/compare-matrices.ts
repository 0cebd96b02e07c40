import type { Node } from '../read/node.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { matrixValue, type Rows } from './matrix-value.ts';
import { assignmentOf } from './shape.ts';

/** Cell by cell; whatever brackets a matrix has, and a column also as a tuple. */
export function compareMatrices(gold: Rows, answer: Node, judge: Judge): Judgement {
  const rows = matrixOf(answer, gold);
  if (!rows) return unequal('no-matrix');
  if (rows.length !== gold.length || rows[0]?.length !== gold[0]?.length) return unequal('different-size');
  const cells = gold.flat();
  const others = rows.flat();
  const same = cells.every((cell, index) => judge.values(cell, others[index] as Node, judge).equal); // same size
  return same ? equal('equal-cells') : unequal('different-cell');
}

/** The rows of a matrix or of arithmetic with matrices, also of `A = …`; of a tuple where the gold is a column. */
function matrixOf(node: Node, like: Rows): Rows | undefined {
  const assigned = assignmentOf(node);
  if (assigned) return matrixOf(assigned.value, like);
  const vector = node.kind === 'group' && node.open !== '{' && like.every((row) => row.length === 1);
  return vector ? node.items.map((item) => [item]) : matrixValue(node);
}
