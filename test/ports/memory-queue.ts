import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '#shared/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import {
  BATCH_LIMIT,
  type Queue,
  type QueueDepth,
  type Received,
  type ReceiveOptions,
} from '#shared/ports/queue.ts';

interface Waiting {
  readonly id: number;
  readonly body: string;
  visibleAt: number;
  receives: number;
  receipt: string;
}

/** A queue for tests of what stands on one: oldest first, in one process. */
export class MemoryQueue implements Queue {
  readonly deadLetters: MemoryQueue | undefined;
  readonly #clock: Clock;
  readonly #maxReceives: number;
  #messages: Waiting[] = [];
  #sent = 0;

  /** @param maxReceives - none for a queue of dead letters */
  constructor(clock: Clock, maxReceives?: number) {
    this.#clock = clock;
    this.#maxReceives = maxReceives ?? Number.POSITIVE_INFINITY;
    this.deadLetters = maxReceives === undefined ? undefined : new MemoryQueue(clock);
  }

  async send(body: string): Promise<void> {
    this.#messages.push({
      id: this.#sent++,
      body,
      visibleAt: this.#clock.now(),
      receives: 0,
      receipt: '',
    });
  }

  async sendBatch(bodies: readonly string[]): Promise<void> {
    if (bodies.length > BATCH_LIMIT)
      throw new KnownError('batch-too-large', `${bodies.length} messages, more than ${BATCH_LIMIT}.`);
    for (const body of bodies) await this.send(body);
  }

  async receive({ max, waitSeconds, visibilitySeconds }: ReceiveOptions): Promise<readonly Received[]> {
    for (const end = performance.now() + waitSeconds * 1000; ; await sleep(5)) {
      const received = this.#receiveNow(max, visibilitySeconds);
      if (received.length > 0 || performance.now() >= end) return received;
    }
  }

  async ack(receipt: string): Promise<void> {
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    const message = this.#messages.find((candidate) => candidate.receipt === receipt);
    if (message) message.visibleAt = this.#in(seconds);
  }

  async depth(): Promise<QueueDepth> {
    const waiting = this.#messages.filter(({ visibleAt }) => visibleAt <= this.#clock.now()).length;
    return { waiting, taken: this.#messages.length - waiting };
  }

  #receiveNow(max: number, visibilitySeconds: number): Received[] {
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= this.#clock.now());
    const dead = new Set(visible.filter(({ receives }) => receives >= this.#maxReceives));
    const { deadLetters } = this;
    if (deadLetters) {
      for (const message of dead) deadLetters.#messages.push({ ...message, receives: 0, receipt: '' });
    }
    this.#messages = this.#messages.filter((message) => !dead.has(message));
    return visible
      .filter((message) => !dead.has(message))
      .sort((a, b) => a.visibleAt - b.visibleAt || a.id - b.id)
      .slice(0, max)
      .sort((a, b) => a.id - b.id)
      .map((message) => {
        message.visibleAt = this.#in(visibilitySeconds);
        message.receives += 1;
        message.receipt = `${message.id}/${message.receives}`;
        return { body: message.body, receipt: message.receipt, receives: message.receives };
      });
  }

  #in(seconds: number): number {
    return this.#clock.now() + seconds * 1000;
  }
}
