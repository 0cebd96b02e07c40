import type { Node } from '../read/node.ts';
import { sameConditions } from './compare-conditionals.ts';
import { equal, type Judge, type Judgement, unequal } from './judge.ts';
import { assignmentOf } from './shape.ts';

type Piecewise = Extract<Node, { kind: 'piecewise' }>;

/** Piece by piece, in any order: each value has its partner under the same condition. "otherwise" stands for what is left. */
export function comparePiecewise(gold: Piecewise, written: Node, judge: Judge): Judgement {
  const answer = assignmentOf(written)?.value ?? written;
  if (answer.kind !== 'piecewise') return unequal('different-type');
  if (gold.pieces.length !== answer.pieces.length) return unequal('different-count');
  const left = [...answer.pieces];
  let unmatched = 0;
  for (const piece of gold.pieces) {
    const at = left.findIndex(
      (other) =>
        judge.values(piece.value, other.value, judge).equal &&
        sameConditions(piece.conditions, other.conditions, judge),
    );
    if (at >= 0) left.splice(at, 1);
    else if (isOtherwise(piece) || left.some(isOtherwise)) {
      unmatched += 1;
      const rest = left.findIndex(
        (other) =>
          (isOtherwise(piece) || isOtherwise(other)) && judge.values(piece.value, other.value, judge).equal,
      );
      if (rest < 0 || unmatched > 1) return unequal('different-piece');
      left.splice(rest, 1);
    } else return unequal('different-piece');
  }
  return equal('equal-pieces');
}

function isOtherwise({ conditions }: Piecewise['pieces'][number]): boolean {
  return conditions.some(({ kind }) => kind === 'text');
}
