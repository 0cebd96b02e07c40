import { KnownError } from '#shared/errors.ts';

/** A command line that cannot be understood. */
export class UsageError extends KnownError {
  override name = 'UsageError';
  /** The command whose help says what it takes, such as `oneshot data push`. */
  readonly command: string;

  constructor(command: string, message: string) {
    super('usage', message);
    this.command = command;
  }
}
