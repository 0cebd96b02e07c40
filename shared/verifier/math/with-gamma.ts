import type { Fuel } from '../fuel.ts';
import { exact, product, squareRoot, sum } from '../node/make-node.ts';
import { mapChildren } from '../node/map-children.ts';
import type { Node } from '../node/node.ts';
import { multiply, ONE, type Rational } from '../node/rational.ts';
import { evaluateExactly } from './evaluate-exactly.ts';

const MOST_HALVES = 400n;

/** `Γ(x)` is `(x − 1)!`, and the factorial of half an odd number is a fraction of √π. */
export function withGamma(node: Node, fuel: Fuel): Node {
  fuel.spend(1);
  const mapped = mapChildren(node, (child) => withGamma(child, fuel));
  const argument = argumentOf(mapped);
  if (!argument) return mapped;
  const value = evaluateExactly(argument, null, fuel);
  if (value?.denominator === 2n && value.numerator >= -1n && value.numerator < MOST_HALVES)
    return product([exact(halfFactorial(value.numerator)), squareRoot({ kind: 'constant', name: 'pi' })]);
  return { kind: 'call', name: 'factorial', args: [argument] };
}

/** What the factorial is of, if the node is one. */
function argumentOf(node: Node): Node | undefined {
  if (node.kind === 'call' && node.name === 'factorial') return node.args[0];
  if (node.kind !== 'opaque' || node.name !== 'Gamma' || node.args.length !== 1) return undefined;
  const [argument] = node.args;
  return argument && sum([argument, exact(-1)]);
}

/** `(n/2)! = √π · (n/2)·((n − 2)/2)···(1/2)` */
function halfFactorial(n: bigint): Rational {
  let total = ONE;
  for (let factor = n; factor > 0n; factor -= 2n)
    total = multiply(total, { numerator: factor, denominator: 2n });
  return total;
}
