import { evaluateConstant } from '../math/evaluate-constant.ts';
import { namesOf } from '../math/names-of.ts';
import { exact } from '../node/make-node.ts';
import type { GroupNode, ListNode, Node, RelationNode, RelationOperator } from '../node/node.ts';
import { elementsOf, isDescribed, isFiniteSet } from './elements.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { areDistinctNames, assignmentOf, bothSigns, isName } from './shape.ts';

/** An interval of the real line; a point is one that is closed and ends where it begins. */
interface Piece {
  readonly from: End;
  readonly to: End;
}

interface End {
  readonly node: Node;
  /** For the order: ±Infinity at the ends of the line, NaN for an end with names. */
  readonly at: number;
  readonly closed: boolean;
}

/** Sorted, and apart from each other. */
export type RealSet = readonly Piece[];

/** Compares two nodes that both say something about a real variable; `undefined` if one of them does not. */
export function compareAsRealSets(gold: Node, answer: Node, judge: Judge): Judgement | undefined {
  const goldSet = realSetOf(gold, judge);
  const answerSet = goldSet && realSetOf(answer, judge);
  if (!goldSet || !answerSet) return undefined;
  return haveDistinctVariables(gold, answer)
    ? unequal('different-name')
    : compareRealSets(goldSet, answerSet, judge);
}

/** `x > 5` says nothing about `w`; an interval names no variable. */
function haveDistinctVariables(gold: Node, answer: Node): boolean {
  const others = variablesOf(answer);
  return variablesOf(gold).some((name) => others.some((other) => areDistinctNames(name, other)));
}

/** What inequalities are about: the middle of a chain, the side that is a name. */
function variablesOf(node: Node): readonly Node[] {
  if (node.kind === 'list') return node.items.flatMap(variablesOf);
  if (node.kind === 'set-operation') return node.operands.flatMap(variablesOf);
  if (node.kind !== 'relation') return [];
  const side = node.sides.length === 3 ? node.sides[1] : node.sides.find(isName);
  return side ? [side] : [];
}

/** Equal when all ends are equal and open or closed alike. */
export function compareRealSets(gold: RealSet, answer: RealSet, judge: Judge): Judgement {
  if (gold.length !== answer.length) return unequal('different-count');
  for (const [index, piece] of gold.entries()) {
    const other = answer[index] as Piece; // same length
    if (piece.from.closed !== other.from.closed || piece.to.closed !== other.to.closed)
      return unequal('different-brackets');
    if (!sameEnd(piece.from, other.from, judge) || !sameEnd(piece.to, other.to, judge))
      return unequal('different-ends');
  }
  return equal('equal-interval');
}

function sameEnd(a: End, b: End, judge: Judge): boolean {
  if (Math.abs(a.at) === Infinity || Math.abs(b.at) === Infinity) return a.at === b.at;
  return judge.values(a.node, b.node, judge).equal;
}

/** What a node says about a real variable, or `undefined` if it is no set of real numbers. */
export function realSetOf(node: Node, judge: Judge): RealSet | undefined {
  switch (node.kind) {
    case 'group':
      if (isDescribed(node)) return describedSet(node, judge);
      return node.open === '{' ? finiteSet(node, judge) : interval(node, judge);
    case 'set-operation':
      return operation(node.operator, node.operands, judge);
    case 'relation':
      return relationSet(node, judge);
    case 'list':
      return inequalities(node, judge);
    case 'symbol':
      return numberLine(node.name);
    default:
      return undefined;
  }
}

/** `ℝ`, `ℝ^+` */
function numberLine(name: string): RealSet | undefined {
  const zero = (closed: boolean): End => ({ node: exact(0), at: 0, closed });
  const [from, to] = [end(minusInfinity, false), end(infinity, false)];
  switch (name) {
    case 'ℝ':
      return [{ from, to }];
    case 'ℝ+':
      return [{ from: zero(false), to }];
    case 'ℝ-':
      return [{ from, to: zero(false) }];
    case 'ℝ≥0':
      return [{ from: zero(true), to }];
    case 'ℝ≠0':
      return [
        { from, to: zero(false) },
        { from: zero(false), to },
      ];
    default:
      return undefined;
  }
}

/** `\{x : x > 1\}` says of x what a bound does, where nothing else is said. */
function describedSet(node: GroupNode, judge: Judge): RealSet | undefined {
  const [member] = node.items;
  if (member?.kind !== 'conditional' || member.value.kind !== 'symbol') return undefined;
  const { value, conditions } = member;
  if (!conditions.flatMap(variablesOf).every((name) => name.kind === 'symbol' && name.name === value.name))
    return undefined;
  const sets = conditions.map((condition) => realSetOf(condition, judge));
  return sets.every((set) => set !== undefined && !set.some(hasNames))
    ? sets.reduce(intersected as Combine)
    : sets.length === 1
      ? sets[0]
      : undefined;
}

type Combine = (a: RealSet | undefined, b: RealSet | undefined) => RealSet | undefined;

const infinity: Node = { kind: 'constant', name: 'infinity' };
const minusInfinity: Node = { kind: 'product', factors: [exact(-1), infinity] };

function interval(node: Extract<Node, { kind: 'group' }>, judge: Judge): RealSet | undefined {
  const [from, to] = node.items;
  if (node.items.length !== 2 || !from || !to) return undefined;
  const ends = { from: endOf(from, node.open === '[', judge), to: endOf(to, node.close === ']', judge) };
  if (!ends.from || !ends.to) return undefined;
  return ends.from.at >= ends.to.at && !(ends.from.at === ends.to.at && ends.from.closed && ends.to.closed)
    ? undefined
    : [{ from: ends.from, to: ends.to }];
}

function finiteSet(node: Node, judge: Judge): RealSet | undefined {
  const pieces: Piece[] = [];
  for (const element of elementsOf(node)) {
    const at = endOf(element, true, judge);
    if (!at || !Number.isFinite(at.at)) return undefined;
    pieces.push({ from: at, to: at });
  }
  return united(pieces);
}

function endOf(node: Node, closed: boolean, judge: Judge): End | undefined {
  const sign = infiniteSign(node);
  if (sign !== 0) return end(sign > 0 ? infinity : minusInfinity, false);
  if (namesOf([node], judge.fuel).names.size > 0) return { node, at: Number.NaN, closed };
  const at = evaluateConstant(node, judge.fuel);
  return at === undefined ? undefined : { node, at, closed };
}

function end(node: Node, closed: boolean): End {
  return { node, at: node === infinity ? Infinity : -Infinity, closed };
}

function infiniteSign(node: Node): number {
  if (node.kind === 'constant') return node.name === 'infinity' ? 1 : 0;
  if (node.kind !== 'product' || node.factors.length !== 2) return 0;
  const [scale, rest] = node.factors;
  const negative = scale?.kind === 'number' && scale.value.numerator < 0n;
  return rest?.kind === 'constant' && rest.name === 'infinity' && negative ? -1 : 0;
}

function operation(operator: string, operands: readonly Node[], judge: Judge): RealSet | undefined {
  const sets = operands.map((operand) => realSetOf(operand, judge));
  const [left, right] = sets;
  if (!left || !right) return undefined;
  if (operator === '∪') return united([...left, ...right]);
  if ([...left, ...right].some(hasNames)) return undefined;
  return operator === '∩' ? intersected(left, right) : intersected(left, complement(right));
}

function hasNames(piece: Piece): boolean {
  return Number.isNaN(piece.from.at) || Number.isNaN(piece.to.at);
}

/** Pieces that touch or overlap become one. */
function united(pieces: readonly Piece[]): RealSet {
  if (pieces.some(hasNames)) return pieces;
  const sorted = [...pieces].sort(
    (a, b) => a.from.at - b.from.at || Number(b.from.closed) - Number(a.from.closed),
  );
  const joined: Piece[] = [];
  for (const piece of sorted) {
    const last = joined.at(-1);
    const touches =
      last &&
      (piece.from.at < last.to.at || (piece.from.at === last.to.at && (piece.from.closed || last.to.closed)));
    if (!last || !touches) joined.push(piece);
    else joined[joined.length - 1] = { from: last.from, to: laterEnd(last.to, piece.to) };
  }
  return joined;
}

function laterEnd(a: End, b: End): End {
  return b.at > a.at || (b.at === a.at && b.closed) ? b : a;
}

function intersected(left: RealSet, right: RealSet): RealSet {
  const pieces: Piece[] = [];
  for (const a of left) {
    for (const b of right) {
      const from = a.from.at > b.from.at || (a.from.at === b.from.at && !a.from.closed) ? a.from : b.from;
      const to = a.to.at < b.to.at || (a.to.at === b.to.at && !a.to.closed) ? a.to : b.to;
      if (from.at < to.at || (from.at === to.at && from.closed && to.closed)) pieces.push({ from, to });
    }
  }
  return united(pieces);
}

function complement(set: RealSet): RealSet {
  const pieces: Piece[] = [];
  let from = end(minusInfinity, false);
  for (const piece of set) {
    if (piece.from.at > from.at) pieces.push({ from, to: { ...piece.from, closed: !piece.from.closed } });
    from = { ...piece.to, closed: !piece.to.closed };
  }
  return from.at === Infinity ? pieces : [...pieces, { from, to: end(infinity, false) }];
}

/** `x ∈ [1,2]`, `x > 5`, `−2 ≤ x ≤ 7`, `x ≠ 3`: only where the variable stands alone. */
function relationSet(node: RelationNode, judge: Judge): RealSet | undefined {
  const [left, middle, right] = node.sides;
  const [first, second] = node.operators;
  if (!left || !middle || !first) return undefined;
  const both = first === '≠' && !second ? bothSigns(middle) : [];
  if (both.length > 1)
    return inequalities(
      { kind: 'list', items: both.map((side) => ({ ...node, sides: [left, side] })) },
      judge,
    );
  if (first === '∈' && !second) return isName(left) ? realSetOf(middle, judge) : undefined;
  const assigned = assignmentOf(node);
  if (assigned && (assigned.value.kind === 'set-operation' || assigned.value.kind === 'group'))
    return realSetOf(assigned.value, judge);
  if (!second)
    return isName(left)
      ? halfLine(first, middle, judge)
      : isName(middle)
        ? halfLine(mirrored(first), left, judge)
        : undefined;
  if (!right || node.sides.length !== 3 || !isName(middle)) return undefined;
  const [lower, upper] = [halfLine(mirrored(first), left, judge), halfLine(second, right, judge)];
  if (!lower || !upper) return undefined;
  if ([...lower, ...upper].some(hasNames)) return bothHalves(lower, upper);
  const common = intersected(lower, upper);
  return common.length > 0 ? common : undefined;
}

function bothHalves(lower: RealSet, upper: RealSet): RealSet | undefined {
  const [low, high] = [
    lower.find(({ from }) => from.at !== -Infinity),
    upper.find(({ to }) => to.at !== Infinity),
  ];
  const [a, b] =
    low && high
      ? [low, high]
      : [upper.find(({ from }) => from.at !== -Infinity), lower.find(({ to }) => to.at !== Infinity)];
  if (!a || !b || a.from.at > b.to.at) return undefined;
  return [{ from: a.from, to: b.to }];
}

function mirrored(operator: RelationOperator): RelationOperator {
  const mirror: Partial<Record<RelationOperator, RelationOperator>> = {
    '<': '>',
    '>': '<',
    '≤': '≥',
    '≥': '≤',
  };
  return mirror[operator] ?? operator;
}

function halfLine(operator: RelationOperator, bound: Node, judge: Judge): RealSet | undefined {
  const closed = operator === '≤' || operator === '≥';
  const at = endOf(bound, closed, judge);
  if (!at) return undefined;
  switch (operator) {
    case '<':
    case '≤':
      return [{ from: end(minusInfinity, false), to: at }];
    case '>':
    case '≥':
      return [{ from: at, to: end(infinity, false) }];
    case '≠':
      return Number.isNaN(at.at)
        ? undefined
        : complement([{ from: { ...at, closed: true }, to: { ...at, closed: true } }]);
    default:
      return undefined;
  }
}

/** Two values in parentheses are a point, unless an end is infinite. */
function isPartOfLine(node: Node): boolean {
  if (node.kind !== 'group') return node.kind === 'relation' || node.kind === 'set-operation';
  if (isFiniteSet(node) || node.items.length !== 2) return false;
  return node.open === '[' || node.close === ']' || node.items.some((item) => infiniteSign(item) !== 0);
}

/** `x < 1 or x > 3` is a union; `x > 1, x < 3` an intersection, where half lines overlap, and with "and" always. */
function inequalities({ items, alternatives, conjunction }: ListNode, judge: Judge): RealSet | undefined {
  const parts = excluded(items);
  if (!parts.every(isPartOfLine)) return undefined;
  const [variable, ...others] = parts.flatMap(variablesOf);
  if (variable && others.some((other) => areDistinctNames(variable, other))) return undefined;
  const sets: RealSet[] = [];
  for (const part of parts) {
    const set = realSetOf(part, judge);
    if (!set || set.some(hasNames)) return undefined;
    sets.push(set);
  }
  const bounding = !alternatives && parts.every((part) => part.kind === 'relation');
  const common = bounding ? sets.reduce(intersected) : [];
  if (common.length > 0) return common;
  return bounding && conjunction ? undefined : united(sets.flat());
}

/** `x ≠ 1, 2` excludes both. */
function excluded(items: readonly Node[]): readonly Node[] {
  const [first, ...rest] = items;
  if (first?.kind !== 'relation' || first.operators.length !== 1 || first.operators[0] !== '≠') return items;
  const [name] = first.sides;
  return !name || rest.some((item) => item.kind === 'relation')
    ? items
    : [first, ...rest.map((item): Node => ({ ...first, sides: [name, item] }))];
}
