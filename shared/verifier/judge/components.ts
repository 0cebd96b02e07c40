import { allFactors } from '../node/all-factors.ts';
import { exact, product } from '../node/make-node.ts';
import type { Node } from '../node/node.ts';
import { describe } from '../read/describe.ts';
import { matrixValue } from './matrix-value.ts';
import { assignmentOf } from './shape.ts';

/** The parts of something ordered, and what they are called where the answer says so. */
export interface Components {
  readonly values: readonly Node[];
  readonly names: readonly Node[] | undefined;
}

/** `x = 1, y = 2`, `(x, y) = (1, 2)`, also as a column: values of which each has a name of its own. */
export function namedComponents(node: Node): Components | undefined {
  const components = node.kind === 'relation' ? fromTuples(node) : fromAssignments(node);
  const names = components?.names;
  return names && names.length > 1 && new Set(names.map(describe)).size === names.length
    ? components
    : undefined;
}

function fromAssignments(node: Node): Components | undefined {
  if (node.kind !== 'list' && !(node.kind === 'group' && node.open === '(')) return undefined;
  if (node.kind === 'list' && node.alternatives) return undefined;
  const assigned = node.items.map(assignmentOf);
  if (!assigned.every((each) => each !== undefined)) return undefined;
  return { names: assigned.map(({ name }) => name), values: assigned.map(({ value }) => value) };
}

function fromTuples(node: Node): Components | undefined {
  const assigned = assignmentOf(node);
  const [names, values] = assigned
    ? [partsOf(assigned.name), partsOf(assigned.value)]
    : node.kind === 'relation' && node.sides.length === 2 && node.operators[0] === '='
      ? node.sides.map(columnOf)
      : [];
  return names && values && names.length === values.length ? { names, values } : undefined;
}

function partsOf(node: Node): readonly Node[] | undefined {
  return node.kind === 'group' && node.open !== '{' ? node.items : columnOf(node);
}

/** The cells of a matrix that is one column or one row. */
export function columnOf(node: Node): readonly Node[] | undefined {
  const rows = matrixValue(node);
  return rows?.length === 1 ? rows[0] : rows?.every((row) => row.length === 1) ? rows.flat() : undefined;
}

const BASIS = ['i', 'j', 'k'];

/** The components of `\mathbf{i} + 2\mathbf{j}`; a sum without `j` is a complex number. */
export function alongBasis(node: Node, length: number): readonly Node[] | undefined {
  const terms = node.kind === 'sum' ? node.terms : [node];
  const along = new Map<string, Node>();
  for (const term of terms) {
    const factors = allFactors(term);
    const found = factors.filter(isBasis);
    const [basis] = found;
    if (found.length !== 1 || basis === undefined || along.has(basis.name)) return undefined;
    along.set(basis.name, product(factors.filter((factor) => factor !== basis)));
  }
  const names = BASIS.slice(0, length);
  const known =
    (along.has('j') || along.has('k')) &&
    length <= 3 &&
    [...along.keys()].every((name) => names.includes(name));
  return known ? names.map((name) => along.get(name) ?? exact(0)) : undefined;
}

function isBasis(node: Node): node is Extract<Node, { kind: 'symbol' | 'constant' }> {
  return (node.kind === 'symbol' || node.kind === 'constant') && BASIS.includes(node.name);
}

/** Letters that stand in a fixed order where a point is asked for. */
const ORDERS = ['abcdefgh', 'ij', 'hk', 'mn', 'pqrs', 'rst', 'uvw', 'xyzw', 'ABCDEF', 'MN', 'PQRS', 'XYZ'];

/**
 * The values in the order in which a point lists them: `y = 2, x = 1` is the point (1, 2).
 *
 * @returns them as they stand where the names have no order
 */
export function inUsualOrder({ values, names }: Components): readonly Node[] {
  const keys = names?.map((name) => (name.kind === 'symbol' ? name.name : ''));
  if (!keys) return values;
  const places = placesIn(keys);
  if (!places) return values;
  const order = [...values.keys()].sort((a, b) => (places[a] as number) - (places[b] as number)); // same length
  return order.map((index) => values[index] as Node); // a permutation
}

function placesIn(names: readonly string[]): readonly number[] | undefined {
  const indexed = names.map((name) => /^([A-Za-z])_(\d+)$/.exec(name));
  if (indexed.every((found) => found !== null) && new Set(indexed.map((found) => found?.[1])).size === 1)
    return indexed.map((found) => Number(found?.[2]));
  const order = ORDERS.find((letters) => names.every((name) => name.length === 1 && letters.includes(name)));
  return order === undefined ? undefined : names.map((name) => order.indexOf(name));
}
