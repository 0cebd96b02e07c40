/**
 * An error a user can act on. `code` is stable and part of the interface; the message names the numbers
 * involved and the next thing to do. Edges print the message alone; anything else is a defect and keeps its stack.
 */
export class KnownError extends Error {
  override name = 'KnownError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The text of anything that was thrown, for messages that quote a cause. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
