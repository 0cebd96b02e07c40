import type { VerdictKind } from '../messages.ts';

/** How strict the reading of a completion is. */
export type Mode = 'reward' | 'format';

/** What the verifier concluded about one completion, and why. */
export interface Verification {
  /** Only `correct` earns a reward. `too-hard`: the fuel was spent before a decision. */
  readonly verdict: VerdictKind;
  /** The answer as written, `null` where none was found. */
  readonly extracted: string | null;
  /** Where the answer stands in the completion, in UTF-16 code units, end exclusive. */
  readonly span: readonly [start: number, end: number] | null;
  /** How the answer was found. */
  readonly method: 'box' | 'none';
  /** What kind of value the reference answer is; settles how the two are compared. */
  readonly goldType: GoldType;
  /** The rule that decided, such as `equal-number`; counted in summaries. */
  readonly reason: string;
  /** Units of work spent. */
  readonly fuel: number;
}

export type GoldType = 'number' | 'tuple' | 'text' | 'invalid';
