import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterEach, expect, it, vi } from 'vitest';
import type { Sampler } from '#functions/generate/sampler.ts';
import { pollSideBySide } from '#functions/local/poll.ts';
import { ShardRoom } from '#functions/local/shard-room.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

/** Longer than the poller takes to look again. */
const SETTLED_MS = 60;
const VISIBLE_SECONDS = 1;

/** A worker whose shards are asked for and end when a test says so. */
class Worker {
  readonly queue = new MemoryQueue({ now: Date.now }, 4);
  /** Shards that it has taken, in their order. */
  readonly taken: number[] = [];
  /** Rows that its decoder has left; another sampler has none. */
  freeRows: number | undefined;
  readonly #ends: PromiseWithResolvers<void>[] = [];
  readonly #room = new ShardRoom();
  readonly #stop = new AbortController();
  readonly polled: Promise<void>;

  constructor(freeRows: number | undefined, ...shards: number[]) {
    this.freeRows = freeRows;
    const app = new Hono().post('/', async (context) => {
      const end = Promise.withResolvers<void>();
      this.taken.push(((await context.req.json()) as { shard: number }).shard);
      this.#ends.push(end);
      await end.promise;
      return context.json({});
    });
    app.onError((error, context) => context.json({ code: 'disk-full', message: error.message }, 500));
    const common = { store: new MemoryStore(), waitSeconds: 0, log: () => {} };
    const polling = {
      ...common,
      visibilitySeconds: VISIBLE_SECONDS,
      app,
      queue: this.queue,
      room: this.#room,
    };
    const sent = shards.map((shard) => this.queue.send(messageOf(shard)));
    this.polled = Promise.all(sent).then(() => pollSideBySide([polling], this.#stop.signal));
    this.polled.catch(() => {});
  }

  /** Asks its sampler for the completions of the shard that came last. */
  ask(): void {
    const decoder = { freeRows: () => this.freeRows as number };
    this.#room.onAsked({
      ...{ policy: 'verified', batch: 1, complete: async () => [] },
      ...(this.freeRows === undefined ? {} : decoder),
    } satisfies Sampler);
  }

  /** Ends what it has taken as this or that. */
  end(at: number): void {
    this.#ends[at]?.resolve();
  }

  fail(at: number): void {
    this.#ends[at]?.reject(new Error('no space left'));
  }

  /** Once it takes no more. */
  async takes(shards: readonly number[]): Promise<void> {
    await vi.waitFor(() => expect(this.taken).toEqual(shards));
    await sleep(SETTLED_MS);
    expect(this.taken).toEqual(shards);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const end of this.#ends) end.resolve();
    await this.polled.catch(() => {});
  }
}

function messageOf(shard: number): string {
  return JSON.stringify({
    schemaVersion: 1,
    type: 'generate-shard',
    ...{ evaluation: 'e'.repeat(26), round: 0, shard },
  });
}

let worker: Worker;
afterEach(() => worker.stop());

it('takes the next shard once the latest is asked for, as long as rows are free', async () => {
  worker = new Worker(40, 0, 1, 2);
  await worker.takes([0]); // which loads the model
  worker.ask();
  await worker.takes([0, 1]);
  worker.freeRows = 0;
  worker.ask();
  await worker.takes([0, 1]);
  worker.freeRows = 1;
  await worker.takes([0, 1, 2]);
});

it('takes the next shard where the latest ends without being asked for', async () => {
  worker = new Worker(40, 0, 1);
  await worker.takes([0]);
  worker.end(0);
  await worker.takes([0, 1]);
});

it('reads one shard ahead of a sampler that makes one at a time', async () => {
  worker = new Worker(undefined, 0, 1, 2);
  await worker.takes([0]);
  worker.ask();
  await worker.takes([0, 1]);
  worker.end(0);
  await worker.takes([0, 1]); // the second has its turn now, and loads its model
  worker.ask();
  await worker.takes([0, 1, 2]);
});

it('waits for no shard that came again while it was at work', async () => {
  worker = new Worker(40, 0, 0, 1);
  await worker.takes([0]);
  worker.ask();
  await worker.takes([0, 0, 1]);
});

it('hides a message from others for as long as its shard is at work', async () => {
  worker = new Worker(40, 0);
  const extend = vi.spyOn(worker.queue, 'extend');
  await worker.takes([0]);
  const again = expect.objectContaining({ 1: VISIBLE_SECONDS });
  await vi.waitFor(() => expect(extend.mock.calls).toContainEqual(again), { timeout: 30_000 });
});

it('ends at once with an error that does not pass, whatever else is at work', async () => {
  worker = new Worker(40, 0, 1);
  await worker.takes([0]);
  worker.ask();
  await worker.takes([0, 1]);
  worker.fail(0);
  await expect(worker.polled).rejects.toMatchObject({ code: 'disk-full' });
});
