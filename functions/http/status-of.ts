import type { ErrorStatus } from '#shared/error-codes/code-facts.ts';
import { factsOf } from '#shared/error-codes/codes.ts';

/** The statuses of problems: 500 is a fault of ours. */
export type ProblemStatus = ErrorStatus | 500;

/** The status of a code that a client can cause or mend; that of any other is 500. */
export function statusOf(code: string): ProblemStatus {
  return factsOf(code)?.status ?? 500;
}
