import type { DecodeCase } from './decode-request.ts';

/** Who decodes in turns with others. */
export interface Contender {
  readonly name: string;
  readonly command: string;
  /** Of the command; the request follows them. */
  readonly args: readonly string[];
  readonly model: string;
  /** Whether it may take so much memory or time that it does without a case. */
  readonly leavesOut?: (of: DecodeCase) => boolean;
}

/** One that cannot race, and why. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}
