/** What another try may mend: no connection, no whole answer, 408, 429, 5xx, or a completion that the server gave up. */
export class TransientError extends Error {
  override name = 'TransientError';
}
