import { beforeEach, describe, expect, it } from 'vitest';
import { pollUntilStopped } from '#functions/stage/poll-until-stopped.ts';
import { stage } from '#functions/stage/stage.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { VerifyShard } from '#shared/messaging/messages.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const message = (shard: number) =>
  JSON.stringify({ schemaVersion: 1, type: 'verify-shard', evaluation: 'a'.repeat(26), round: 0, shard });
const now = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };

describe('pollUntilStopped', () => {
  let queue: MemoryQueue;
  let stop: AbortController;
  let log: LogEntry[];

  beforeEach(async () => {
    queue = new MemoryQueue(new ManualClock(), 4);
    stop = new AbortController();
    log = [];
    await queue.sendBatch([message(0), message(1)]);
  });

  const poll = (core: (shard: number) => Promise<void>, graceMs = 1000, mostEmpty?: number) =>
    pollUntilStopped({
      app: stage(VerifyShard, ({ shard }) => core(shard)),
      store: new MemoryStore(),
      queue,
      visibilitySeconds: 60,
      waitSeconds: 0,
      ...(mostEmpty === undefined ? {} : { mostEmpty }),
      pauses: { firstSeconds: 0, growth: 4 },
      stop: stop.signal,
      graceMs,
      log: (entry) => log.push(entry),
    });

  it('finishes the message at hand when the host says stop, and takes no other', async () => {
    await poll(async () => stop.abort());
    const left = await queue.receive(now);
    expect(left.map(({ body }) => body)).toEqual([message(1)]);
    expect(log).toMatchObject([{ event: 'message-handled', shard: 0 }]);
  });

  it('ends by itself where so many looks in a row find nothing', async () => {
    const seen: number[] = [];
    await poll(
      async (shard) => {
        seen.push(shard);
      },
      1000,
      3,
    );
    expect(seen).toEqual([0, 1]);
    expect(stop.signal.aborted).toBe(false);
  });

  it('gives back a message that takes longer than the host waits', async () => {
    await poll(async () => {
      stop.abort();
      await new Promise(() => {}); // never ends
    }, 10);
    const left = await queue.receive(now);
    expect(left.map(({ receives }) => receives)).toEqual([2, 1]);
    expect(log).toMatchObject([{ event: 'message-given-back' }]);
  });

  it('gives back at once what failed, until it is a dead letter', async () => {
    let calls = 0;
    await poll(async () => {
      if (++calls === 8) stop.abort();
      throw new Error('odd');
    });
    expect(await queue.receive(now)).toEqual([]);
    expect(await queue.deadLetters?.receive(now)).toHaveLength(2);
  });

  it('takes messages one after the other', async () => {
    const seen: number[] = [];
    await poll(async (shard) => {
      seen.push(shard);
      if (seen.length === 2) stop.abort();
    });
    expect(seen).toEqual([0, 1]);
    expect(await queue.receive(now)).toEqual([]);
  });
});
