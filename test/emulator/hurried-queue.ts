import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue, QueueDepth, Received, ReceiveOptions } from '#shared/ports/queue.ts';

/** Real seconds for each second that a contract speaks of: ten of them become SQS's whole four. */
const PACE = 0.4;
/** How much longer a message may be waited for: services look only now and then, and the machine may be busy. */
const PATIENCE_SECONDS = 4;

/**
 * A queue whose seconds of hiding pass faster, so that a contract can be tried on one that has no clock to
 * move. Waits are longer instead, and end with the first message all the same.
 */
export class HurriedQueue implements Queue {
  readonly deadLetters: Queue | undefined;
  readonly #queue: Queue;

  constructor(queue: Queue) {
    this.#queue = queue;
    this.deadLetters = queue.deadLetters && new HurriedQueue(queue.deadLetters);
  }

  send(body: string): Promise<void> {
    return this.#queue.send(body);
  }

  sendBatch(bodies: readonly string[]): Promise<void> {
    return this.#queue.sendBatch(bodies);
  }

  receive(options: ReceiveOptions): Promise<readonly Received[]> {
    const { waitSeconds, visibilitySeconds } = options;
    return this.#queue.receive({
      ...options,
      waitSeconds: waitSeconds === 0 ? 0 : waitSeconds + PATIENCE_SECONDS,
      visibilitySeconds: visibilitySeconds * PACE,
    });
  }

  ack(receipt: string): Promise<void> {
    return this.#queue.ack(receipt);
  }

  extend(receipt: string, seconds: number): Promise<void> {
    return this.#queue.extend(receipt, seconds * PACE);
  }

  depth(): Promise<QueueDepth> {
    return this.#queue.depth();
  }
}

/**
 * Lets as much time pass as hurried seconds take.
 *
 * @param tickMs - how late the service may notice that a message is visible again: waited for where the contract's
 *   10 seconds of hiding are over, and not where they must not be
 */
export async function elapse(seconds: number, tickMs: number): Promise<void> {
  await sleep(seconds * PACE * 1000 + (seconds > 10 ? tickMs : 0));
}
