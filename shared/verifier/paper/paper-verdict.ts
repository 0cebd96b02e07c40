/** What one of the paper's graders concluded. */
export interface PaperVerdict {
  readonly correct: boolean;
  /** The answer as the completion writes it, `null` where none was found. */
  readonly extracted: string | null;
  /** Where it stands in the completion, in UTF-16 code units, end exclusive. */
  readonly span: readonly [start: number, end: number] | null;
  /** The rule that decided, such as `equal-mathd`. */
  readonly reason: string;
}

/** Longest answer that is looked at, in characters. Ours: the paper's code stops after three seconds instead. */
export const LONGEST_ANSWER = 10_000;
