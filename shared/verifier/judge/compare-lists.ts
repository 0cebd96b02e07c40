import type { Node } from '../node/node.ts';
import { compareNamed } from './compare-tuples.ts';
import { namedComponents } from './components.ts';
import { elementsOf, isFiniteSet } from './elements.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

const MOST_ELEMENTS = 200;

/** Lists and sets are equal when each element of one has its partner in the other, repetitions apart. */
export function compareLists(gold: Node, answer: Node, judge: Judge): Judgement {
  const named = namedComponents(gold);
  if (named && (namedComponents(answer) || answer.kind !== 'list')) {
    const components = compareNamed(named, answer, judge);
    if (components.equal || namedComponents(answer)) return components;
  }
  if (named && gold.kind === 'list' && isBare(answer) && !areNumbered(named.names ?? []))
    return compareNamed(named, inParentheses(answer), judge);
  if (isLabelled(gold) || isLabelled(answer)) return compareParts(gold, answer, judge);
  const golds = distinct(elementsOf(gold), judge);
  const answers = distinct(elementsOf(answer), judge);
  if (golds.length !== answers.length) return unequal('different-count');
  if (golds.length > MOST_ELEMENTS) return unequal('unknown');
  const assigned = areAssigned(golds) && areAssigned(answers);
  const compare = (a: Node, b: Node, index: number) =>
    isFiniteSet(a) === isFiniteSet(b) &&
    judge.values(a, b, elementJudge(judge, index)).equal &&
    (!assigned || sameName(a, b, judge));
  return isMatched(golds, answers, compare) ? equal('equal-elements') : unequal('different-elements');
}

/** Values without names. */
function isBare(node: Node): boolean {
  return (
    (node.kind === 'list' || isFiniteSet(node)) && elementsOf(node).every(({ kind }) => kind !== 'relation')
  );
}

/** `x_1, x_2` are roots in any order. */
function areNumbered(names: readonly Node[]): boolean {
  const bases = names.map((name) =>
    name.kind === 'symbol' && name.name.includes('_') ? name.name.split('_')[0] : '',
  );
  return bases.every((base) => base !== '' && base === bases[0]);
}

/** Bare values for names are in the order of the names: `1, 2` for `x = 1, y = 2`. */
function inParentheses(answer: Node): Node {
  return answer.kind === 'list' ? { kind: 'group', open: '(', close: ')', items: answer.items } : answer;
}

function isLabelled(node: Node): boolean {
  return node.kind === 'list' && node.labelled === true;
}

/** `a) 3, b) 4` answers part by part. */
function compareParts(gold: Node, answer: Node, judge: Judge): Judgement {
  if (gold.kind !== 'list' || answer.kind !== 'list') return unequal('different-type');
  if (gold.items.length !== answer.items.length) return unequal('different-count');
  const same = gold.items.every(
    (item, index) => judge.values(item, answer.items[index] as Node, judge).equal,
  ); // same length
  return same ? equal('equal-elements') : unequal('different-elements');
}

/** Each element has a tolerance of its own where the problem gives several. */
function elementJudge(judge: Judge, index: number): Judge {
  const { tolerance } = judge.options;
  if (tolerance === undefined || typeof tolerance === 'number') return judge;
  const own = tolerance[Math.min(index, tolerance.length - 1)];
  return own === undefined ? judge : { ...judge, options: { ...judge.options, tolerance: own } };
}

function areAssigned(nodes: readonly Node[]): boolean {
  return nodes.length > 1 && nodes.every((node) => assignmentOf(node) !== undefined);
}

function sameName(a: Node, b: Node, judge: Judge): boolean {
  const [left, right] = [assignmentOf(a), assignmentOf(b)];
  if (!left || !right) return false;
  return judge.values(left.name, right.name, judge).equal || isNumbered(left.name, right.name);
}

/** `x_1 = 1, x_2 = 2` are two values of x. */
function isNumbered(a: Node, b: Node): boolean {
  if (a.kind !== 'symbol' || b.kind !== 'symbol') return false;
  return (
    [a.name, b.name].some((name) => !name.includes('_')) && a.name.split('_')[0] === b.name.split('_')[0]
  );
}

/** Without repetitions. */
function distinct(nodes: readonly Node[], judge: Judge): readonly Node[] {
  if (nodes.length > MOST_ELEMENTS) return nodes;
  const exact: Judge = { ...judge, options: {} };
  const kept: Node[] = [];
  for (const node of nodes) {
    if (!kept.some((other) => isRepetition(other, node, exact))) kept.push(node);
  }
  return kept;
}

/** `x = 3` and `y = 3` are two answers. */
function isRepetition(a: Node, b: Node, judge: Judge): boolean {
  if (areAssigned([a, b]) && !sameName(a, b, judge)) return false;
  return judge.values(a, b, judge).equal && judge.values(b, a, judge).equal;
}

/** A perfect matching by augmenting paths: equality under rounding is no equivalence. */
function isMatched(
  golds: readonly Node[],
  answers: readonly Node[],
  areEqual: (gold: Node, answer: Node, index: number) => boolean,
): boolean {
  const partners: (number | undefined)[] = answers.map(() => undefined);
  const cache = new Map<number, boolean>();
  const edge = (g: number, a: number): boolean => {
    const key = g * answers.length + a;
    const known = cache.get(key) ?? areEqual(golds[g] as Node, answers[a] as Node, g); // in range
    cache.set(key, known);
    return known;
  };
  const augment = (g: number, seen: Set<number>): boolean => {
    for (const a of answers.keys()) {
      if (seen.has(a) || !edge(g, a)) continue;
      seen.add(a);
      const holder = partners[a];
      if (holder === undefined || augment(holder, seen)) {
        partners[a] = g;
        return true;
      }
    }
    return false;
  };
  return golds.every((_, g) => augment(g, new Set()));
}
