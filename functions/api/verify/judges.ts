import { setImmediate as nextTurn } from 'node:timers/promises';
import { judgeCase } from './judge-case.ts';
import type { VerifyCase, VerifyResult } from './verify-case.ts';

/** Who judges the cases of `POST /v1/verify`. */
export interface Judges {
  /** How many work side by side. */
  readonly count: number;
  /** Longest that a request may wait for its verdicts. */
  readonly patienceMs: number;
  /** Judges a few cases in their order; once `gone` is aborted it leaves off as soon as it can, whatever it answers. */
  readonly judge: (cases: readonly VerifyCase[], gone: AbortSignal) => Promise<readonly VerifyResult[]>;
}

/** Judges in this thread, for hosts that give a process one request at a time. */
export function judgesHere(patienceMs: number): Judges {
  const judge: Judges['judge'] = async (cases, gone) => {
    await nextTurn(); // lets timers and others have theirs
    return gone.aborted ? [] : cases.map(judgeCase);
  };
  return { count: 1, patienceMs, judge };
}
