import type { Fuel } from '../fuel.ts';
import { childrenOf } from '../node/children-of.ts';
import { exact, negated, product, sum } from '../node/make-node.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { isInteger } from '../node/rational.ts';
import { evaluateExactly } from './evaluate-exactly.ts';
import { type Names, namesOf } from './names-of.ts';
import { isSquareFree } from './square-free.ts';

/**
 * Whether agreement at points of every size tells that two expressions are equal. It does for functions that are
 * analytic wherever they are real: they agree everywhere if they do on any stretch. It does not for steps, kinks and
 * bumps, which may lie between the points, nor for what vanishes at all whole numbers.
 */
export function isTame(nodes: readonly Node[], names: Names, fuel: Fuel): boolean {
  if (names.whole && names.complex) return false;
  return nodes.every((node) => isTameNode(node, names.whole, fuel));
}

function isTameNode(node: Node, whole: boolean, fuel: Fuel): boolean {
  fuel.spend(1);
  if (!hasNames(node, fuel)) return true;
  if (node.kind === 'opaque') return true;
  if (node.kind === 'power' && !isTamePower(node.base, node.exponent, whole, fuel)) return false;
  if (node.kind === 'call' && !isTameCall(node.name, node.args, whole, fuel)) return false;
  return childrenOf(node).every((child) => isTameNode(child, whole, fuel));
}

function hasNames(node: Node, fuel: Fuel): boolean {
  return namesOf([node], fuel).names.size > 0;
}

function isTamePower(base: Node, exponent: Node, whole: boolean, fuel: Fuel): boolean {
  const value = evaluateExactly(exponent, null, fuel);
  if (value && isInteger(value)) return true;
  if (!hasNames(base, fuel)) {
    const fixed = evaluateExactly(base, null, fuel);
    return fixed ? fixed.numerator > 0n : isPlainConstant(base);
  }
  return whole || isSquareFree(base, fuel);
}

/** Positive, as nearly every constant under a power: π, e, roots. */
function isPlainConstant(node: Node): boolean {
  if (node.kind === 'constant') return node.name === 'pi' || node.name === 'e';
  return (
    node.kind === 'call' &&
    node.name === 'root' &&
    node.args[0]?.kind === 'number' &&
    node.args[0].value.numerator > 0n
  );
}

function isTameCall(name: FunctionName, args: readonly Node[], whole: boolean, fuel: Fuel): boolean {
  const [first, second] = args;
  if (!first) return false;
  if (name === 'root' || name === 'ln' || name === 'log')
    return isSquareFree(first, fuel) && (!second || isSquareFree(second, fuel));
  if (ENTIRE.has(name)) return !whole;
  if (COUNTING.has(name)) return whole && (name !== 'binomial' || hasNames(first, fuel));
  const square = () => product([first, first]);
  switch (name) {
    case 'atan':
    case 'acot':
    case 'asinh':
      return isSquareFree(sum([exact(1), square()]), fuel) && hasNoPole(first, fuel);
    case 'asin':
    case 'acos':
    case 'atanh':
      return isSquareFree(sum([exact(1), negated(square())]), fuel);
    case 'acosh':
      return isSquareFree(sum([square(), exact(-1)]), fuel);
    case 'det':
      return true;
    default:
      return false;
  }
}

/** Meromorphic. */
const ENTIRE: ReadonlySet<FunctionName> = new Set([
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'sinh',
  'cosh',
  'tanh',
  'coth',
  'sech',
  'csch',
  'exp',
]);

const COUNTING: ReadonlySet<FunctionName> = new Set([
  'factorial',
  'double-factorial',
  'binomial',
  'series-sum',
  'series-product',
]);

/** `arctan(1/x)` steps from −π/2 to π/2 at 0. */
function hasNoPole(node: Node, fuel: Fuel): boolean {
  if (node.kind === 'power') {
    const exponent = evaluateExactly(node.exponent, null, fuel);
    if (!exponent || (exponent.numerator < 0n && hasNames(node.base, fuel))) return !hasNames(node, fuel);
  }
  if (node.kind === 'call' && hasNames(node, fuel)) return false;
  return childrenOf(node).every((child) => hasNoPole(child, fuel));
}
