import type { Random } from './random.ts';

/** Receives after which a message becomes a dead letter. */
export const MAX_RECEIVES = 4;

/** A message in a queue. */
export interface Entry<M> {
  readonly message: M;
  receives: number;
  hidden: boolean;
  dead: boolean;
}

/** One delivery of an entry. It is stale as soon as the entry was received again. */
export interface Delivery<M> {
  readonly entry: Entry<M>;
  readonly receipt: number;
}

/** All queues in one: no order is promised, and dead letters are marked. */
export class Mailbox<M> {
  readonly entries: Entry<M>[] = [];
  readonly #seen = new Map<string, M>();

  send(message: M): void {
    this.#seen.set(JSON.stringify(message), message);
    this.entries.push({ message, receives: 0, hidden: false, dead: false });
  }

  /** Puts everything back that was ever here. */
  repeatAll(): void {
    for (const message of [...this.#seen.values()]) this.send(message);
  }

  /** Receives any visible message; what nobody managed to handle turns into a dead letter first. */
  receive(random: Random): Delivery<M> | undefined {
    const visible = this.entries.filter(({ hidden }) => !hidden);
    if (visible.length === 0) return undefined;
    const entry = random.pick(visible);
    if (!entry.dead && entry.receives >= MAX_RECEIVES) {
      entry.dead = true;
      entry.receives = 0;
    }
    entry.receives += 1;
    entry.hidden = true;
    return { entry, receipt: entry.receives };
  }

  acknowledge({ entry, receipt }: Delivery<M>): void {
    if (entry.receives === receipt) this.drop(entry);
  }

  /** Its worker failed, or took longer than the queue waits. */
  reappear({ entry, receipt }: Delivery<M>): void {
    if (entry.receives === receipt) entry.hidden = false;
  }

  drop(entry: Entry<M>): void {
    const at = this.entries.indexOf(entry);
    if (at !== -1) this.entries.splice(at, 1);
  }
}
