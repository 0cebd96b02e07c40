import type { Node } from '../node/node.ts';
import { sameConditions } from './compare-conditionals.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

type Piecewise = Extract<Node, { kind: 'piecewise' }>;

/** Piece by piece, in any order: each value has its partner under the same condition. "otherwise" stands for what is left. */
export function comparePiecewise(gold: Piecewise, written: Node, judge: Judge): Judgement {
  const answer = assignmentOf(written)?.value ?? written;
  if (answer.kind !== 'piecewise') return unequal('different-type');
  if (gold.pieces.length !== answer.pieces.length) return unequal('different-count');
  const [golds, answers] = [spelledOut(gold.pieces), spelledOut(answer.pieces)];
  if (!golds || !answers) return unequal('different-piece');
  // "otherwise" is spelled out only where the other side does so
  const both = gold.pieces.some(isOtherwise) === answer.pieces.some(isOtherwise);
  const [wanted, left] = both ? [gold.pieces, [...answer.pieces]] : [golds, [...answers]];
  for (const piece of wanted) {
    const at = left.findIndex(
      (other) =>
        judge.values(piece.value, other.value, judge).equal &&
        sameConditions(piece.conditions, other.conditions, judge),
    );
    if (at < 0) return unequal('different-piece');
    left.splice(at, 1);
  }
  return equal('equal-pieces');
}

/** With what is left of the line for "otherwise"; `undefined` where that stands twice. */
function spelledOut(pieces: Piecewise['pieces']): Piecewise['pieces'] | undefined {
  const others = pieces.filter((piece) => !isOtherwise(piece)).flatMap(({ conditions }) => conditions);
  if (others.length < pieces.length - 1) return undefined;
  const rest = others.reduce<Node>(
    (from, taken) => ({ kind: 'set-operation', operator: '∖', operands: [from, taken] }),
    { kind: 'symbol', name: 'ℝ' },
  );
  return pieces.map((piece) => (isOtherwise(piece) ? { ...piece, conditions: [rest] } : piece));
}

function isOtherwise({ conditions }: Piecewise['pieces'][number]): boolean {
  return conditions.some(({ kind }) => kind === 'text');
}
