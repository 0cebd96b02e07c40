import { equalExpressions } from '../math/equal-expressions.ts';
import { mapChildren } from '../node/map-children.ts';
import type { Node } from '../node/node.ts';
import { symbolsOf } from '../read/symbols-of.ts';
import { elementsOf } from './elements.ts';
import type { Judge } from './judge.ts';
import { compareAsRealSets } from './real-set.ts';
import { assignmentOf } from './shape.ts';

/** What `x + 1 = 5 ⇒ x = 4` ends in; anything else is its own conclusion. */
export function conclusionOf(node: Node): Node {
  const last = node.kind === 'relation' && node.operators[0] === '⇒' ? node.sides.at(-1) : undefined;
  return last ?? node;
}

/** Whether what is concluded from is no statement, or one that the conclusion contradicts. */
export function contradictsItself(node: Node, judge: Judge): boolean {
  if (node.kind !== 'relation' || node.operators[0] !== '⇒') return false;
  const conclusion = conclusionOf(node);
  return node.sides.slice(0, -1).some((premise) => !isConsistent(premise, conclusion, judge));
}

function isConsistent(premise: Node, conclusion: Node, judge: Judge): boolean {
  if (premise.kind === 'list') return premise.items.every((item) => isConsistent(item, conclusion, judge));
  if (premise.kind !== 'relation') return false;
  const stated = assignmentOf(premise);
  if (conclusion.kind !== 'relation' && stated && symbolsOf(stated.value).size === 0)
    return judge.values(stated.value, conclusion, judge).equal;
  if (excludes(premise, conclusion, judge)) return false;
  const [first = conclusion] = conclusion.kind === 'list' ? conclusion.items : [];
  const assigned = assignmentOf(first);
  if (assigned?.name.kind !== 'symbol') return true;
  const { name } = assigned.name;
  const values = elementsOf(conclusion).map((value) => assignmentOf(value)?.value ?? value);
  if (symbolsOf(...values).size > 0) return true;
  if ([...symbolsOf(premise)].some((other) => other !== name)) return true;
  if (!premise.operators.every((operator) => operator === '=')) return true;
  return values.every((value) => holds(premise.sides, name, value, judge));
}

/** `x > 1 ⇒ x > 0` keeps what the premise has ruled out. */
function excludes(premise: Node, conclusion: Node, judge: Judge): boolean {
  const letters = symbolsOf(conclusion);
  if (letters.size > 0 && [...symbolsOf(premise)].some((letter) => !letters.has(letter))) return false;
  const both: Node = { kind: 'set-operation', operator: '∩', operands: [premise, conclusion] };
  return compareAsRealSets(conclusion, both, judge)?.equal === false;
}

/** Whether an equation is not false for a value of its letter. */
function holds(sides: readonly Node[], name: string, value: Node, judge: Judge): boolean {
  const [first, ...others] = sides.map((side) => substituted(side, name, value));
  return (
    first !== undefined && others.every((other) => equalExpressions(first, other, judge) !== 'different')
  );
}

function substituted(node: Node, name: string, value: Node): Node {
  if (node.kind === 'symbol') return node.name === name ? value : node;
  return mapChildren(node, (child) => substituted(child, name, value));
}
