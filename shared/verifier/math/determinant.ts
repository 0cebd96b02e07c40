import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { divide, multiply, negate, ONE, type Rational, subtract, ZERO } from '../node/rational.ts';

const LARGEST = 12;

/** Determinant of a square matrix by elimination, exactly. */
export function determinant(
  rows: readonly (readonly Node[])[],
  evaluate: (cell: Node) => Rational | undefined,
  fuel: Fuel,
): Rational | undefined {
  const size = rows.length;
  if (size > LARGEST || rows.some((row) => row.length !== size)) return undefined;
  const matrix: Rational[][] = [];
  for (const row of rows) {
    const values = row.map(evaluate);
    if (values.some((value) => value === undefined)) return undefined;
    matrix.push(values as Rational[]); // none is undefined
  }
  fuel.spend(size ** 3);
  let result = ONE;
  for (let column = 0; column < size; column += 1) {
    const pivot = matrix.slice(column).findIndex((row) => row[column]?.numerator !== 0n) + column;
    if (pivot < column) return ZERO;
    const row = matrix[pivot] as Rational[]; // found above
    if (pivot !== column) {
      matrix[pivot] = matrix[column] as Rational[]; // column < size
      matrix[column] = row;
      result = negate(result);
    }
    const head = row[column] as Rational; // square
    result = multiply(result, head);
    for (const below of matrix.slice(column + 1)) eliminate(below, row, column, head);
  }
  return result;
}

function eliminate(below: Rational[], row: readonly Rational[], column: number, head: Rational): void {
  const factor = divide(below[column] as Rational, head); // square, and the head is no zero
  if (!factor) return;
  for (const [index, value] of row.entries()) {
    below[index] = subtract(below[index] as Rational, multiply(factor, value)); // same length
  }
}
