/**
 * How a completion is read and judged.
 *
 * - `reward`: strict, for training: only a closed box holds an answer.
 * - `benchmark`: tolerant: without a box, "the answer is", `####`, the last formula, the last number.
 * - `paper-train`, `paper-eval`: the two graders of the paper's code, quirks included, for parity with its figures. A
 *   verifier made without them answers `no-answer` for the reason `mode-not-loaded`.
 * - `format`: any closed, non-empty last box, right or wrong.
 */
import type { VerdictKind } from '../records/evaluations.ts';
export type Mode = 'reward' | 'benchmark' | PaperMode | 'format';
export type PaperMode = 'paper-train' | 'paper-eval';

/** What one problem allows beyond the general policies. */
export interface VerifyOptions {
  /** Absolute tolerance of numbers; a list gives one for each element of a list gold, its last for the rest. */
  readonly tolerance?: number | readonly number[] | undefined;
  /** The gold counts to so many significant digits: an answer that rounds to it is right. */
  readonly significantDigits?: number | undefined;
  /** LaTeX of the unit that stands after the gold's box in the reference solution. */
  readonly unit?: string | undefined;
  /** `paper-eval` only: unit words stay, as the paper's code leaves them on Minerva Math. */
  readonly keepUnits?: boolean;
}

/** What the verifier concluded about one completion, and why. */
export interface Verification {
  /** Only `correct` earns a reward. `too-hard`: the fuel was spent before a decision. */
  readonly verdict: VerdictKind;
  /** The answer as written, `null` where none was found. */
  readonly extracted: string | null;
  /** Where the answer stands in the completion, in UTF-16 code units, end exclusive. */
  readonly span: readonly [start: number, end: number] | null;
  /** How the answer was found. */
  readonly method: Method;
  /** What kind of value the reference answer is; settles how the two are compared. */
  readonly goldType: GoldType;
  /**
   * The rule that decided, such as `equal-number`; counted in summaries. Of `mode-not-loaded`, `mode-unknown` and
   * `input-invalid` (what the types forbid, from plain JavaScript) nothing was looked at.
   */
  readonly reason: string;
  /** Units of work spent. */
  readonly fuel: number;
}

/** `given`: a bare answer, nothing to extract. */
export type Method = 'given' | 'box' | 'boxes' | 'phrase' | 'formula' | 'number' | 'whole' | 'none';

export type GoldType =
  | 'number'
  | 'expression'
  | 'list'
  | 'set'
  | 'tuple'
  | 'interval'
  | 'relation'
  | 'matrix'
  | 'time'
  | 'choice'
  | 'text'
  | 'invalid';

/** What is judged: a whole completion, or a bare `answer`, which needs no extraction. Of several golds any one counts. */
export type VerifyInput = {
  readonly gold: string | readonly string[];
  readonly options?: VerifyOptions;
} & ({ readonly completion: string } | { readonly answer: string });

/** The graders of the paper's code: `paperGraders` gives them. Never throws. */
export interface PaperGraders {
  grade(input: VerifyInput, mode: PaperMode, goldType: GoldType): Verification;
}

/** A verification with what led to it, for people. */
export interface Explanation extends Verification {
  readonly golds: readonly ExplainedValue[];
  readonly answer: ExplainedValue | null;
  /** The point that separated the two, or the last one at which they agreed. `null` where none was needed. */
  readonly probe: ExplainedProbe | null;
}

export interface ExplainedValue {
  /** As written. */
  readonly text: string;
  readonly type: GoldType;
  /** As it was read, one form for each interpretation that stayed open. */
  readonly readings: readonly string[];
}

export interface ExplainedProbe {
  /** Value of each variable. */
  readonly at: Readonly<Record<string, string>>;
  readonly gold: string;
  readonly answer: string;
  /** Largest difference that rounding can explain. */
  readonly bound: string;
  /** Significant digits carried. */
  readonly digits: number;
}

/** `createVerifier` gives one; it holds no state but a cache of parsed golds, which no verdict depends on. */
export interface Verifier {
  /** Changes with every change of any verdict. */
  readonly version: string;
  /** Judges in one mode. Never throws; the work is bounded by fuel. */
  verify(input: VerifyInput & { readonly mode: Mode }): Verification;
  /** Judges in several modes that share the extraction. */
  verifyModes<M extends Mode>(
    input: VerifyInput & { readonly modes: readonly M[] },
  ): Readonly<Record<M, Verification>>;
  explain(input: VerifyInput & { readonly mode: Mode }): Explanation;
  /** Why no answer could ever match this gold, or `undefined` if one can. */
  goldFault(gold: string | readonly string[]): string | undefined;
}
