import type { Precision } from '../../ports/precision.ts';
import { Fuel, OutOfFuel } from '../fuel.ts';
import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluateConstant } from '../math/evaluate-constant.ts';
import { exact, negated, sum } from '../read/make-node.ts';
import type { Node } from '../read/node.ts';
import { readAnswer } from '../read/read-answer.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';

/** The paper's code calls numbers equal within this, relative to the second. */
const RELATIVE_TOLERANCE = 1e-4;
const MATRIX_TOLERANCE = 5e-4;

/** Our parser and comparison in the place of sympy, with the paper's tolerances; one budget of fuel for each question. */
export function paperAlgebra(precision: Precision): PaperSymbolic {
  return {
    equal(left, right, syntax) {
      const fuel = new Fuel();
      try {
        const [a] = readAnswer(cleaned(left), fuel);
        const [b] = readAnswer(cleaned(right), fuel);
        if (!a || !b) return false;
        return syntax === 'latex'
          ? equalLoosely(a, b, { fuel, precision })
          : equalExactly(a, b, { fuel, precision });
      } catch (error) {
        if (error instanceof OutOfFuel || error instanceof RangeError) return false;
        throw error;
      }
    },
  };
}

interface Settings {
  readonly fuel: Fuel;
  readonly precision: Precision;
}

function cleaned(text: string): string {
  return text.replaceAll('\\\\', '\\');
}

function equalExactly(a: Node, b: Node, settings: Settings): boolean {
  return equalExpressions(a, b, settings) === 'equal';
}

function equalLoosely(a: Node, b: Node, settings: Settings): boolean {
  if (a.kind === 'matrix' || b.kind === 'matrix') return equalMatrices(a, b, settings);
  if (a.kind === 'relation' && b.kind === 'relation') return equalEquations(a.sides, b.sides, settings);
  if (equalExactly(a, b, settings)) return true;
  const [x, y] = [evaluateConstant(a, settings.fuel), evaluateConstant(b, settings.fuel)];
  return x !== undefined && y !== undefined && Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.abs(y);
}

/** Equal `|left − right|`, as the paper's code compares equations. */
function equalEquations(a: readonly Node[], b: readonly Node[], settings: Settings): boolean {
  if (a.length !== 2 || b.length !== 2) return false;
  const [f, g] = [difference(a), difference(b)];
  return equalExactly(f, g, settings) || equalExactly(f, negated(g), settings);
}

function difference([left = exact(0), right = exact(0)]: readonly Node[]): Node {
  return sum([left, negated(right)]);
}

function equalMatrices(a: Node, b: Node, { fuel }: Settings): boolean {
  if (a.kind !== 'matrix' || b.kind !== 'matrix') return false;
  const [cells, others] = [a.rows.flat(), b.rows.flat()];
  if (a.rows.length !== b.rows.length || cells.length !== others.length) return false;
  return cells.every((cell, index) => {
    const [x, y] = [evaluateConstant(cell, fuel), evaluateConstant(others[index] as Node, fuel)]; // same length
    return x !== undefined && y !== undefined && Math.abs(x - y) <= MATRIX_TOLERANCE;
  });
}
