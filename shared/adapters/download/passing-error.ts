/** An answer, or none, that another attempt may improve on. */
export class PassingError extends Error {
  override name = 'PassingError';
  /** What the server asks for. */
  readonly pauseMs: number | undefined;

  constructor(message: string, pauseMs?: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}
