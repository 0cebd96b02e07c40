import type { ErrorCode } from './error-codes/codes.ts';

declare const foreign: unique symbol;
/** A code from outside that this version may not know: of a stored refusal, or of a line that another process wrote. */
export type ForeignCode = string & { readonly [foreign]: true };

/** Takes a code from outside as it is: nothing hangs on one that is unknown here, and it is told unchanged. */
export function foreignCode(text: string): ForeignCode {
  return text as ForeignCode; // the one place where the brand is given
}

/**
 * An error a user can act on. `code` is stable and part of the interface; the message names the numbers
 * involved and the next thing to do. Edges print the message alone; anything else is a defect and keeps its stack.
 */
export class KnownError extends Error {
  override name = 'KnownError';
  readonly code: ErrorCode | ForeignCode;

  constructor(code: ErrorCode | ForeignCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether an error is of this code. */
export function hasCode(error: unknown, code: ErrorCode): error is KnownError {
  return error instanceof KnownError && error.code === code;
}

/** The text of anything that was thrown, for messages that quote a cause. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
