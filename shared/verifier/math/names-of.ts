import type { Fuel } from '../fuel.ts';
import { childrenOf } from '../node/children-of.ts';
import type { FunctionName, Node } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { canonicalKey } from './canonical-key.ts';

/** What expressions depend on, and what kind of numbers their names stand for. */
export interface Names {
  readonly names: ReadonlySet<string>;
  /** Something counts: factorials, binomials, series, floors of letters that usually count. */
  readonly whole: boolean;
  /** The imaginary unit is written. */
  readonly complex: boolean;
  /** A logarithm without a base is written. */
  readonly bareLogarithm: boolean;
}

const COUNTING: ReadonlySet<FunctionName> = new Set([
  'factorial',
  'double-factorial',
  'binomial',
  'series-sum',
  'series-product',
  'gcd',
  'lcm',
  'mod',
]);
const ROUNDING: ReadonlySet<FunctionName> = new Set(['floor', 'ceil']);

export function namesOf(nodes: readonly Node[], fuel: Fuel): Names {
  const found = new Found();
  for (const node of nodes) visit(node, [], found, fuel);
  const countable = [...found.names].every((name) => /^[nmkNMKijpqrdlst](?:_.*)?$/.test(name));
  return {
    names: found.names,
    whole: found.counts || (found.rounds && countable),
    complex: found.complex,
    bareLogarithm: found.bareLogarithm,
  };
}

class Found {
  readonly names = new Set<string>();
  counts = false;
  rounds = false;
  complex = false;
  bareLogarithm = false;
}

function visit(node: Node, bound: readonly string[], found: Found, fuel: Fuel): void {
  fuel.spend(1);
  if (node.kind === 'symbol' && !bound.includes(node.name)) found.names.add(node.name);
  if (node.kind === 'opaque') {
    found.names.add(canonicalKey(node, fuel));
    return;
  }
  if (node.kind === 'constant') found.complex ||= node.name === 'i';
  if (node.kind === 'call') note(node.name, node.args, found);
  if (node.kind === 'power') found.counts ||= isNegative(node.base) && isWhole(node.exponent);
  const variable = node.kind === 'call' && node.name.startsWith('series') ? node.args[1] : undefined;
  const inside = variable?.kind === 'symbol' ? [...bound, variable.name] : bound;
  for (const child of childrenOf(node)) visit(child, inside, found, fuel);
}

function isNegative(node: Node): boolean {
  return node.kind === 'number' && node.value.numerator < 0n;
}

/** `(−1)^n` is for whole n, `(−1)^x` for any x. */
function isWhole(exponent: Node): boolean {
  const letters = [...symbolsOf(exponent)];
  return letters.length > 0 && !letters.some((name) => /^[xyz]/.test(name));
}

function note(name: FunctionName, args: readonly Node[], found: Found): void {
  found.counts ||= COUNTING.has(name);
  found.rounds ||= ROUNDING.has(name);
  found.bareLogarithm ||= name === 'log' && args.length === 1;
}
