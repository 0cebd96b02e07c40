import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '../../errors.ts';
import type { QueueName } from '../../messages.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue, Received, ReceiveOptions } from '../../ports/queue.ts';

const MAX_BATCH = 10;
const POLL_MS = 50;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    visible_at REAL NOT NULL, -- milliseconds since 1970
    receives INTEGER NOT NULL DEFAULT 0,
    receipt TEXT -- of the latest delivery
  );
  CREATE INDEX IF NOT EXISTS visible ON messages (queue, visible_at);
  CREATE UNIQUE INDEX IF NOT EXISTS receipts ON messages (receipt);
`;

export interface QueueOptions {
  /** Deliveries after which a message moves to the dead letters. */
  readonly maxReceives: number;
  readonly clock: Clock;
}

/**
 * The queues of a workspace in one SQLite file, each with its dead letters; any number of processes and threads may
 * have it open.
 *
 * @throws {KnownError} `queue-invalid` where the file is no such database
 */
export function openQueues(
  path: string,
  options: QueueOptions,
): Record<QueueName, Queue> & { close(): void } {
  const database = openDatabase(path);
  const queue = (name: QueueName) => {
    const dead = new SqliteQueue(database, `${name}-dead`, options.clock, undefined);
    return new SqliteQueue(database, name, options.clock, { queue: dead, maxReceives: options.maxReceives });
  };
  return {
    plan: queue('plan'),
    generate: queue('generate'),
    verify: queue('verify'),
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 30_000 });
    // Queues may lose what a power cut takes: the sweep sends it again.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
    return database;
  } catch (cause) {
    throw new KnownError(
      'queue-invalid',
      `${path} cannot be used as a queue (${messageOf(cause)}). If it is damaged, delete it: messages only point at ` +
        'work that the store knows of, and the sweep sends them again.',
      { cause },
    );
  }
}

class SqliteQueue implements Queue {
  readonly deadLetters: Queue | undefined;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #insert: ReturnType<DatabaseSync['prepare']>;
  readonly #bury: ReturnType<DatabaseSync['prepare']> | undefined;
  readonly #take: ReturnType<DatabaseSync['prepare']>;
  readonly #remove: ReturnType<DatabaseSync['prepare']>;
  readonly #hide: ReturnType<DatabaseSync['prepare']>;
  readonly #maxReceives: number;

  constructor(
    database: DatabaseSync,
    name: string,
    clock: Clock,
    dead: { readonly queue: SqliteQueue; readonly maxReceives: number } | undefined,
  ) {
    this.deadLetters = dead?.queue;
    this.#name = name;
    this.#clock = clock;
    this.#maxReceives = dead?.maxReceives ?? Number.POSITIVE_INFINITY;
    this.#insert = database.prepare('INSERT INTO messages (queue, body, visible_at) VALUES (?, ?, ?)');
    this.#bury =
      dead &&
      database.prepare(
        `UPDATE messages SET queue = ?, receives = 0, receipt = NULL
       WHERE queue = ? AND visible_at <= ? AND receives >= ?`,
      );
    this.#take = database.prepare(
      `UPDATE messages SET visible_at = ?, receives = receives + 1, receipt = ?
       WHERE id = (SELECT id FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT 1)
       RETURNING body, receives`,
    );
    this.#remove = database.prepare('DELETE FROM messages WHERE receipt = ?');
    this.#hide = database.prepare('UPDATE messages SET visible_at = ? WHERE receipt = ?');
  }

  async send(body: string, { delaySeconds = 0 }: { readonly delaySeconds?: number } = {}): Promise<void> {
    this.#insert.run(this.#name, body, this.#clock.now() + delaySeconds * 1000);
  }

  async sendBatch(bodies: readonly string[]): Promise<void> {
    if (bodies.length > MAX_BATCH) {
      const message = `A batch holds at most ${MAX_BATCH} messages, not ${bodies.length}. Send several batches.`;
      throw new KnownError('batch-too-large', message);
    }
    for (const body of bodies) await this.send(body);
  }

  async receive({ max, waitSeconds, visibilitySeconds }: ReceiveOptions): Promise<readonly Received[]> {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      const received = this.#receiveNow(max, visibilitySeconds);
      if (received.length > 0 || waitedMs >= waitSeconds * 1000) return received;
      await sleep(POLL_MS);
    }
  }

  async ack(receipt: string): Promise<void> {
    this.#remove.run(receipt);
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    this.#hide.run(this.#clock.now() + seconds * 1000, receipt);
  }

  #receiveNow(max: number, visibilitySeconds: number): Received[] {
    const received: Received[] = [];
    while (received.length < max) {
      const now = this.#clock.now();
      this.#bury?.run(`${this.#name}-dead`, this.#name, now, this.#maxReceives);
      const receipt = randomUUID();
      const row = this.#take.get(now + visibilitySeconds * 1000, receipt, this.#name, now) as
        | { body: string; receives: number }
        | undefined;
      if (!row) break;
      received.push({ ...row, receipt });
    }
    return received;
  }
}
