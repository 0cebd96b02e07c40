import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '../../errors.ts';
import type { QueueName } from '../../messaging/messages.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  BATCH_LIMIT,
  type Queue,
  type QueueDepth,
  type Received,
  type ReceiveOptions,
} from '../../ports/queue.ts';
import { diskFull, unwritable } from '../disk/explain-disk-error.ts';

const POLL_MS = 20;
/** How long a statement waits for the other processes' statements, which take milliseconds. */
const BUSY_MS = 30_000;
const RETRY_MS = 10;
/** SQLITE_BUSY. */
const BUSY = 5;

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

const SEND = `
  INSERT INTO messages (queue, body, visible_at) SELECT :queue, value, :visibleAt FROM json_each(:bodies) ORDER BY key`;
const LOOK = 'SELECT 1 FROM messages WHERE queue = :queue AND visible_at <= :now LIMIT 1';
const BURY = `
  UPDATE messages SET queue = :dead, receives = 0, receipt = NULL
  WHERE queue = :queue AND visible_at <= :now AND receives >= :maxReceives`;
const TAKE = `
  UPDATE messages SET visible_at = :visibleAt, receives = receives + 1, receipt = lower(hex(randomblob(16)))
  WHERE id IN (
    SELECT id FROM messages WHERE queue = :queue AND visible_at <= :now AND receives < :maxReceives
    ORDER BY visible_at, id LIMIT :max
  )
  RETURNING id, body, receipt, receives`;
const REMOVE = 'DELETE FROM messages WHERE receipt = :receipt';
const COUNT = `
  SELECT count(*) FILTER (WHERE visible_at <= :now) AS waiting, count(*) FILTER (WHERE visible_at > :now) AS taken
  FROM messages WHERE queue = :queue`;
const HIDE = 'UPDATE messages SET visible_at = :visibleAt WHERE receipt = :receipt';

export interface QueueOptions {
  /** Deliveries after which a message moves to the dead letters. */
  readonly maxReceives: number;
  readonly clock: Clock;
}

/**
 * The queues of a workspace in one SQLite file, each with its dead letters; any number of processes and threads may
 * have it open. Every change is one atomic statement. A killed process loses no message; a power cut may take the
 * latest.
 *
 * @throws {KnownError} here or at any later call: `queue-invalid` where the file is no such database,
 *   `store-unwritable`, `disk-full`
 */
export function openQueues(
  path: string,
  { maxReceives, clock }: QueueOptions,
): Record<QueueName, Queue> & { close(): void } {
  return explaining(path, () => {
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    setUp(database);
    const queue = (name: QueueName) => {
      const letters = { name: `${name}-dead`, maxReceives: Number.POSITIVE_INFINITY };
      const deadLetters = new SqliteQueue({ database, path, clock, ...letters });
      return new SqliteQueue({ database, path, clock, name, maxReceives, deadLetters });
    };
    const close = () => database.close();
    return { plan: queue('plan'), generate: queue('generate'), verify: queue('verify'), close };
  });
}

/**
 * Processes that turn a fresh file into WAL at the same time are told BUSY at once, whatever the timeout, since
 * waiting could dead-lock them: so each tries again.
 */
function setUp(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      // Queues may lose what a power cut takes: the sweep sends it again.
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
      return;
    } catch (error) {
      if (primaryCode(error) !== BUSY || attempt * RETRY_MS > BUSY_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

interface QueueParts extends QueueOptions {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly name: string;
  readonly deadLetters?: SqliteQueue;
}

class SqliteQueue implements Queue {
  readonly deadLetters: Queue | undefined;
  readonly #parts: QueueParts;
  readonly #send: StatementSync;
  readonly #look: StatementSync;
  readonly #bury: StatementSync;
  readonly #take: StatementSync;
  readonly #remove: StatementSync;
  readonly #hide: StatementSync;
  readonly #count: StatementSync;

  constructor(parts: QueueParts) {
    this.deadLetters = parts.deadLetters;
    this.#parts = parts;
    this.#send = parts.database.prepare(SEND);
    this.#look = parts.database.prepare(LOOK);
    this.#bury = parts.database.prepare(BURY);
    this.#take = parts.database.prepare(TAKE);
    this.#remove = parts.database.prepare(REMOVE);
    this.#hide = parts.database.prepare(HIDE);
    this.#count = parts.database.prepare(COUNT);
  }

  async send(body: string): Promise<void> {
    this.#sendAll([body]);
  }

  async sendBatch(bodies: readonly string[]): Promise<void> {
    if (bodies.length > BATCH_LIMIT) {
      const message = `A batch holds at most ${BATCH_LIMIT} messages, not ${bodies.length}. Send several batches.`;
      throw new KnownError('batch-too-large', message);
    }
    this.#sendAll(bodies);
  }

  async receive({ max, waitSeconds, visibilitySeconds }: ReceiveOptions): Promise<readonly Received[]> {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      const received = this.#receiveNow(max, visibilitySeconds);
      if (received.length > 0 || waitedMs >= waitSeconds * 1000) return received;
      await sleep(POLL_MS);
    }
  }

  async ack(receipt: string): Promise<void> {
    this.#explaining(() => this.#remove.run({ receipt }));
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    this.#explaining(() => this.#hide.run({ visibleAt: this.#inSeconds(seconds), receipt }));
  }

  async depth(): Promise<QueueDepth> {
    return this.#explaining(() => {
      const { name: queue, clock } = this.#parts;
      // The columns of the statement, which counts and so always gives one row.
      const { waiting, taken } = this.#count.get({ queue, now: clock.now() }) as unknown as QueueDepth;
      return { waiting, taken };
    });
  }

  #sendAll(bodies: readonly string[]): void {
    const { name: queue, clock } = this.#parts;
    this.#explaining(() => this.#send.run({ queue, visibleAt: clock.now(), bodies: JSON.stringify(bodies) }));
  }

  #receiveNow(max: number, visibilitySeconds: number): Received[] {
    return this.#explaining(() => {
      const { name: queue, maxReceives, clock } = this.#parts;
      const now = clock.now();
      // Only looking takes no lock, so that idle pollers do not disturb anybody.
      if (!this.#look.get({ queue, now })) return [];
      if (this.deadLetters) this.#bury.run({ dead: `${queue}-dead`, queue, now, maxReceives });
      const visibleAt = this.#inSeconds(visibilitySeconds);
      // The columns of the statement.
      const taken = this.#take.all({ visibleAt, queue, now, maxReceives, max }) as unknown as Taken[];
      return taken
        .sort((a, b) => a.id - b.id)
        .map(({ body, receipt, receives }) => ({ body, receipt, receives }));
    });
  }

  #inSeconds(seconds: number): number {
    return this.#parts.clock.now() + seconds * 1000;
  }

  #explaining<T>(use: () => T): T {
    return explaining(this.#parts.path, use);
  }
}

/** What the statement TAKE returns. */
interface Taken extends Received {
  readonly id: number;
}

/** Runs what uses the database at `path`, and says what to do where that fails. */
function explaining<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

/** SQLite's primary result code of an error; `undefined` for errors of anybody else. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

/** @see https://www.sqlite.org/rescode.html */
function explainSqliteError(error: unknown, path: string): unknown {
  switch (primaryCode(error)) {
    case undefined:
    case BUSY: // the file is sound
      return error;
    case 13: // SQLITE_FULL
      return diskFull(path, error);
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 14: // SQLITE_CANTOPEN
      return unwritable(path, error);
    default:
      return new KnownError(
        'queue-invalid',
        `${path} cannot be used as a queue (${messageOf(error)}). Stop what uses it and delete it: messages only ` +
          'point at work that the store knows of, and the sweep sends them again.',
        { cause: error },
      );
  }
}
