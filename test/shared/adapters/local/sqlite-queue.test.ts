import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openQueues } from '#shared/adapters/local/sqlite-queue.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { queueContract } from '../../../contracts/queue.ts';
import { ManualClock } from '../../../ports/manual-clock.ts';
import { MemoryQueue } from '../../../ports/memory-queue.ts';
import { WorkerProcess } from './worker-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-queue-'));
afterAll(() => rm(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, `${files++}.sqlite`);
const script = fileURLToPath(import.meta.resolve('./queue-race-worker.ts'));
const now = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };

queueContract('SqliteQueue', async () => {
  const clock = new ManualClock();
  return {
    queue: openQueues(newPath(), { maxReceives: 4, clock }).plan,
    maxReceives: 4,
    elapse: async (seconds) => clock.advance(seconds),
  };
});

describe('openQueues', () => {
  const options = { maxReceives: 2, clock: new ManualClock() };

  it('keeps its queues and their dead letters apart', async () => {
    const { plan, generate, verify, close } = openQueues(newPath(), options);
    await generate.send('a');
    for (const other of [plan, verify, plan.deadLetters, generate.deadLetters, verify.deadLetters]) {
      expect(await (other as Queue).receive(now)).toEqual([]);
    }
    expect(await generate.receive(now)).toHaveLength(1);
    close();
  });

  it('keeps messages for whoever opens the file next', async () => {
    const path = newPath();
    const first = openQueues(path, options);
    await first.plan.sendBatch(['a', 'b']);
    const [received] = await first.plan.receive({ ...now, max: 1 });
    first.close();
    const second = openQueues(path, options);
    expect((await second.plan.receive(now)).map(({ body }) => body)).toEqual(['b']);
    await second.plan.extend(received?.receipt as string, 0);
    expect(await second.plan.receive(now)).toMatchObject([{ body: 'a', receives: 2 }]);
    second.close();
  });

  it('does what the queue in memory does, whatever is asked of it', async () => {
    const property = fc.asyncProperty(
      fc.array(actions, { minLength: 25, maxLength: 40 }),
      async (performed) => {
        const clock = new ManualClock();
        const queues = openQueues(newPath(), { maxReceives: 2, clock });
        const pair = [queues.plan, new MemoryQueue(clock, 2)] as const;
        const deliveries: [Delivery[], Delivery[]] = [[], []];
        for (const act of performed) {
          const [real, model] = await Promise.all(
            pair.map((queue, i) => act(queue, deliveries[i as 0 | 1], clock)),
          );
          expect(real).toEqual(model);
        }
        queues.close();
      },
    );
    await fc.assert(property, { numRuns: 80 });
  });

  it('says of a file that is no queue that it may be deleted', async () => {
    const [junk, foreign] = [newPath(), newPath()];
    await writeFile(junk, 'this is no database, but it is long enough to look at'.repeat(100));
    new DatabaseSync(foreign).exec('CREATE TABLE messages (other TEXT)');
    for (const path of [junk, foreign]) {
      expect(() => openQueues(path, options)).toThrow(
        expect.objectContaining({
          code: 'queue-invalid',
          message: expect.stringContaining(`${path} cannot`),
        }),
      );
    }
  });

  it('says of a file that is damaged while it is open that it may be deleted', async () => {
    const path = newPath();
    const { plan, close } = openQueues(path, options);
    for (let i = 0; i < 20; i++) await plan.send('x'.repeat(2000));
    new DatabaseSync(path).exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await writeFile(path, 'damage '.repeat(20_000));
    await expect(plan.receive(now)).rejects.toMatchObject({ code: 'queue-invalid' });
    close();
  });

  it('says of a place where no file can be that it cannot be used', () => {
    for (const path of [folder, join(folder, 'missing', 'queue.sqlite')]) {
      expect(() => openQueues(path, options)).toThrow(expect.objectContaining({ code: 'store-unwritable' }));
    }
  });
});

describe('a fresh file that another process is setting up', () => {
  it('is waited for', async () => {
    const path = newPath();
    const writer = spawn(process.execPath, ['-e', HOLD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    const queues = openQueues(path, { maxReceives: 4, clock: { now: Date.now } });
    await queues.plan.send('first');
    queues.close();
  });
});

/** Holds the write lock of a file that is not in WAL yet, where SQLite answers BUSY without waiting. */
const HOLD = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('BEGIN IMMEDIATE; CREATE TABLE other (x)');
  process.stdout.write('held');
  setTimeout(() => database.exec('COMMIT'), 200);
`;

describe('four processes on one queue', () => {
  it('receive every message, and none that another of them holds', async () => {
    const [path, messages] = [newPath(), 100];
    const workers = [1, 2, 3, 4].map((own) => new WorkerProcess(script, [path, `${own}`, `${messages}`]));
    await Promise.all(workers.map((worker) => worker.ready()));
    const received: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      for (const worker of workers) {
        worker.onMessage((body) => {
          received.push(body);
          if (new Set(received).size === 4 * messages) resolve();
        });
      }
    });
    for (const worker of workers) worker.start();
    await all;
    // Whoever is killed now holds nothing: a message that came twice would have come by now.
    await Promise.all(workers.map((worker) => worker.kill()));
    const sent = [1, 2, 3, 4].flatMap((own) => Array.from({ length: messages }, (_, i) => `${own}/${i}`));
    expect([...received].sort()).toEqual(sent.sort());
  });

  it('lose no message to one that is killed, and no part of a batch', async () => {
    for (let kill = 0; kill < 5; kill++) {
      const path = newPath();
      const worker = new WorkerProcess(script, [path, '1', '1000000']);
      await worker.ready();
      const some = new Promise<void>((resolve) => {
        let told = 0;
        worker.onMessage(() => {
          told += 1;
          if (told === 20 + kill) resolve();
        });
      });
      worker.start();
      await some;
      await worker.kill();

      const { plan, close } = openQueues(path, {
        maxReceives: 4,
        clock: { now: () => Date.now() + 3_600_000 },
      });
      const left: unknown[] = [];
      for (let received = await plan.receive(now); received.length > 0; received = await plan.receive(now)) {
        left.push(...received.map(({ body }) => body));
      }
      close();
      expect(new Set(left).size).toBe(left.length);
      const received = readFileSync(`${path}.received`, 'utf8').trimEnd().split('\n');
      const known = new Set([...received, ...left]);
      expect(known.size % 10).toBe(0);
      expect([...known].sort()).toEqual(Array.from({ length: known.size }, (_, i) => `1/${i}`).sort());
    }
  });
});

interface Delivery {
  readonly from: Queue;
  readonly receipt: string;
}
type Act = (queue: Queue, deliveries: Delivery[], clock: ManualClock) => Promise<unknown>;

const seconds = fc.nat(3);
/** Receipts differ between queues; which of the deliveries so far is meant does not. */
const which = fc.nat(5);
const actions: fc.Arbitrary<Act> = fc.oneof(
  seconds.map(
    (some): Act =>
      async (_queue, _deliveries, clock) =>
        clock.advance(some),
  ),
  fc.string().map(
    (body): Act =>
      (queue) =>
        queue.send(body),
  ),
  fc.array(fc.string(), { maxLength: 3 }).map(
    (bodies): Act =>
      (queue) =>
        queue.sendBatch(bodies),
  ),
  fc.record({ max: fc.integer({ min: 1, max: 4 }), visibilitySeconds: seconds, dead: fc.boolean() }).map(
    ({ max, visibilitySeconds, dead }): Act =>
      async (queue, deliveries) => {
        const from = dead ? (queue.deadLetters as Queue) : queue;
        const received = await from.receive({ max, waitSeconds: 0, visibilitySeconds });
        deliveries.push(...received.map(({ receipt }) => ({ from, receipt })));
        return received.map(({ body, receives }) => ({ body, receives }));
      },
  ),
  which.map(
    (past): Act =>
      async (_queue, deliveries) => {
        const { from, receipt } = deliveries.at(-1 - past) ?? {};
        await from?.ack(receipt as string);
      },
  ),
  fc.record({ past: which, some: seconds }).map(
    ({ past, some }): Act =>
      async (_queue, deliveries) => {
        const { from, receipt } = deliveries.at(-1 - past) ?? {};
        await from?.extend(receipt as string, some);
      },
  ),
);
