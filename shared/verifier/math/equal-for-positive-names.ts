import type { Fuel } from '../fuel.ts';
import { childrenOf } from '../node/children-of.ts';
import { product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { GREEK } from '../read/vocabulary.ts';
import { namesOf } from './names-of.ts';
import { proveEqual } from './prove-equal.ts';

/** Formulas of physics relate so many names, or fewer where all are quantities for certain. */
const FEWEST_NAMES = 3;
const FEWEST_QUANTITIES = 2;
/** Angles, roots and coordinates, which may be negative. */
const SIGNED = /^(?:alpha|beta|theta|phi|psi|[a-cnu-z])(?:_|$)/;

/**
 * Whether two formulas of physics are equal because quantities are positive: `√(4πGρ₀r₀²)` is `2r₀√(πGρ₀)`. They must
 * look like it, by a root, several names, and Greek letters or subscripts among them that are
 * no angles or coordinates; they must be proven equal for
 * positive names, and their squares for all, so that nothing but a sign can differ.
 */
export function equalForPositiveNames(a: Node, b: Node, fuel: Fuel): boolean {
  if (!hasRoot(a) && !hasRoot(b)) return false;
  const { names, whole } = namesOf([a, b], fuel);
  if (!isPhysics([...names])) return false;
  const settings = { fuel, logarithm: 'natural', whole } as const;
  if (proveEqual(a, b, { ...settings, positive: true }) !== 'equal') return false;
  return proveEqual(product([a, a]), product([b, b]), { ...settings, positive: false }) === 'equal';
}

function hasRoot(node: Node): boolean {
  return (node.kind === 'call' && node.name === 'root') || childrenOf(node).some(hasRoot);
}

function isPhysics(names: readonly string[]): boolean {
  if (names.length >= FEWEST_NAMES) return names.some(isQuantity);
  return names.length >= FEWEST_QUANTITIES && names.every(isQuantity);
}

function isQuantity(name: string): boolean {
  return !SIGNED.test(name) && (/^\w+_./.test(name) || GREEK.has(name));
}
