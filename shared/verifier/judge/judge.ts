import type { Units } from '../../ports/units.ts';
import type { Context } from '../math/equal-expressions.ts';
import type { Node } from '../node/node.ts';
import type { VerifyOptions } from '../verification.ts';

/** Whether an answer equals the gold, and the rule that says so. */
export interface Judgement {
  readonly equal: boolean;
  readonly reason: string;
}

/** What comparing two values needs; `values` lets the comparison of lists come back to that of their elements. */
export interface Judge extends Context {
  readonly options: VerifyOptions;
  readonly units: Units;
  readonly values: (gold: Node, answer: Node, judge: Judge) => Judgement;
}

export function equal(reason: string): Judgement {
  return { equal: true, reason };
}

export function unequal(reason: string): Judgement {
  return { equal: false, reason };
}
