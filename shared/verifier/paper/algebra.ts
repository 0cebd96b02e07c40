import type { Precision } from '../../ports/precision.ts';
import type { Units } from '../../ports/units.ts';
import { Fuel, OutOfFuel } from '../fuel.ts';
import { equalExpressions } from '../math/equal-expressions.ts';
import { evaluateConstant } from '../math/evaluate-constant.ts';
import { exact, negated, sum } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { readAnswer } from '../read/read-answer.ts';
import { unitsAlone, type Words } from '../units/words.ts';
import { foldFloats } from './fold-floats.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';
import { parsePython } from './parse-python.ts';

/** The paper's code calls numbers equal within this, relative to the second. */
const RELATIVE_TOLERANCE = 1e-4;
const MATRIX_TOLERANCE = 5e-4;

/** Our parser and comparison in the place of sympy, with the paper's tolerances; one budget of fuel for each question. */
export function paperAlgebra(precision: Precision, units: Units): PaperSymbolic {
  const words = unitsAlone(units);
  return {
    equal(left, right, syntax) {
      const fuel = new Fuel();
      try {
        return syntax === 'latex'
          ? equalAsLatex(left, right, words, { fuel, precision })
          : equalAsPython(left, right, { fuel, precision });
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

/** The paper's code has sympy read and simplify the difference of both, as one text. */
function equalAsPython(left: string, right: string, settings: Settings): boolean {
  const parsed = parsePython(`(${left})-(${right})`.replaceAll('^', '**'), settings.fuel);
  const difference = parsed && foldFloats(parsed, settings.fuel);
  if (difference === undefined) return false;
  if (difference.kind !== 'sum') return equalExactly(difference, exact(0), settings);
  const [first, ...others] = difference.terms as readonly [Node, ...Node[]]; // a sum has terms
  return equalExactly(first, negated(sum(others)), settings);
}

function equalAsLatex(left: string, right: string, words: Words, settings: Settings): boolean {
  if (MARK_IN_BRACES.test(left) || MARK_IN_BRACES.test(right)) return false;
  const [a] = readAnswer(asLatex(left), settings.fuel, words);
  const [b] = readAnswer(asLatex(right), settings.fuel, words);
  return a !== undefined && b !== undefined && equalLoosely(a, b, settings);
}

/** `10{,}000`: the LaTeX parsers of the paper's code know no such number. */
const MARK_IN_BRACES = /\{[,.;]\}/;

/** In LaTeX `4.5e33` is a product with a name. */
function asLatex(text: string): string {
  return text.replaceAll('\\\\', '\\').replaceAll(/([0-9.])e(?=[-+]?[0-9])/gi, '$1 e ');
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
