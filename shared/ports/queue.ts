/** Most bodies of one `sendBatch`, which is what SQS takes. */
export const BATCH_LIMIT = 10;

/**
 * At-least-once delivery in no promised order. Every adapter passes `test/contracts/queue.ts`.
 * A body received more often than the queue's limit moves to `deadLetters`, unchanged.
 */
export interface Queue {
  send(body: string): Promise<void>;
  /**
   * Sends at most `BATCH_LIMIT` bodies in one call. Any other error means that some of them may not have been sent.
   *
   * @throws {KnownError} `batch-too-large`
   */
  sendBatch(bodies: readonly string[]): Promise<void>;
  /** Up to `max` messages, waiting up to `waitSeconds` for the first; each is hidden for `visibilitySeconds`. */
  receive(options: ReceiveOptions): Promise<readonly Received[]>;
  /** Removes the message; a receipt that a later delivery replaced may or may not. Late or repeated calls are no error. */
  ack(receipt: string): Promise<void>;
  /** Hides the message for `seconds` from now; 0 gives it back at once. Late calls are no error. */
  extend(receipt: string, seconds: number): Promise<void>;
  /** How many messages there are, as nearly as the queue knows: some count what happened seconds ago. */
  depth(): Promise<QueueDepth>;
  /** Where messages go that nobody managed to handle; `undefined` on a dead-letter queue itself. */
  readonly deadLetters: Queue | undefined;
}

/** Messages of a queue; together all that are not acknowledged. */
export interface QueueDepth {
  /** To be received now. */
  readonly waiting: number;
  /** Hidden: somebody works on them, or they come again later. */
  readonly taken: number;
}

export interface ReceiveOptions {
  readonly max: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
}

export interface Received {
  readonly body: string;
  /** Names this delivery, not the message. */
  readonly receipt: string;
  /** How often the message has been received, this time included. */
  readonly receives: number;
}
