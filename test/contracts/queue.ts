import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Queue, Received } from '#shared/ports/queue.ts';

export interface MadeQueue {
  readonly queue: Queue;
  readonly maxReceives: number;
  /** Lets the queue's time pass. */
  readonly elapse: (seconds: number) => Promise<void>;
  /** The queue promises less than others: a receipt of a former delivery may still remove the message. */
  readonly staleAcksMayRemove?: boolean;
}

/** How late a queue may count; the first look is at once. */
const COUNTED = { timeout: 10_000, interval: 200 };

/**
 * What every queue does.
 *
 * @param makeQueue - a new queue without messages
 */
export function queueContract(name: string, makeQueue: () => Promise<MadeQueue>): void {
  describe(`${name}, as any queue,`, () => {
    let queue: Queue;
    let maxReceives: number;
    let elapse: MadeQueue['elapse'];
    let staleAcksMayRemove: boolean | undefined;

    beforeEach(async () => {
      ({ queue, maxReceives, elapse, staleAcksMayRemove } = await makeQueue());
    });

    it('delivers every body unchanged', async () => {
      const property = fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 10 }), async (sent) => {
        await queue.sendBatch(sent);
        const received = await receiveAll(queue, sent.length);
        expect(received.map(({ body }) => body).sort()).toEqual([...sent].sort());
        expect(received.map(({ receives }) => receives)).toEqual(sent.map(() => 1));
      });
      await fc.assert(property, { numRuns: 20 });
    });

    it('hides a message that was received, and gives it again when its time is over', async () => {
      await queue.send('a');
      const first = await receiveOne(queue, 10);
      expect(await receiveNow(queue)).toEqual([]);
      await elapse(11);
      const second = await receiveOne(queue, 10);
      expect(second).toMatchObject({ body: 'a', receives: 2 });
      expect(second.receipt).not.toBe(first.receipt);
    });

    it('forgets a message that was acknowledged, however often and late', async () => {
      await queue.sendBatch(['a', 'b']);
      const received = await receiveAll(queue, 2, 10);
      for (const { receipt } of received) await queue.ack(receipt);
      for (const { receipt } of received) await queue.ack(receipt);
      await elapse(11);
      expect(await receiveNow(queue)).toEqual([]);
    });

    it('acknowledges one message and not its neighbours', async () => {
      await queue.sendBatch(['a', 'b', 'c']);
      const received = await receiveAll(queue, 3, 10);
      for (const { body, receipt } of received) if (body !== 'b') await queue.ack(receipt);
      await elapse(11);
      expect((await receiveAll(queue, 1)).map(({ body }) => body)).toEqual(['b']);
      expect(await receiveNow(queue)).toEqual([]);
    });

    it('takes no acknowledgement of a former delivery for one of the latest', async () => {
      await queue.send('a');
      const former = await receiveOne(queue, 10);
      await elapse(11);
      await receiveOne(queue, 10);
      await queue.ack(former.receipt);
      if (staleAcksMayRemove) return;
      await elapse(11);
      expect(await receiveOne(queue, 10)).toMatchObject({ body: 'a', receives: 3 });
    });

    it('hides a message for as long as its receiver asks', async () => {
      await queue.send('a');
      const { receipt } = await receiveOne(queue, 10);
      await elapse(8);
      await queue.extend(receipt, 10);
      await elapse(8);
      expect(await receiveNow(queue)).toEqual([]);
      await elapse(3);
      await receiveOne(queue, 10);
    });

    it('gives a message back at once when its receiver asks', async () => {
      await queue.send('a');
      const { receipt } = await receiveOne(queue, 1000);
      await queue.extend(receipt, 0);
      expect(await receiveOne(queue, 1000)).toMatchObject({ body: 'a', receives: 2 });
    });

    it('does not mind receipts of messages that are gone', async () => {
      await queue.send('a');
      const { receipt } = await receiveOne(queue, 10);
      await queue.ack(receipt);
      await queue.extend(receipt, 10);
      await elapse(11);
      expect(await receiveNow(queue)).toEqual([]);
    });

    it('sends ten bodies at once, and refuses eleven without sending any', async () => {
      const eleven = Array.from({ length: 11 }, (_, i) => `${i}`);
      await expect(queue.sendBatch(eleven)).rejects.toMatchObject({ code: 'batch-too-large' });
      expect(await receiveNow(queue)).toEqual([]);
      await queue.sendBatch(eleven.slice(1));
      await receiveAll(queue, 10);
    });

    it('gives no more messages than asked for', async () => {
      await queue.sendBatch(['a', 'b', 'c', 'd', 'e']);
      const some = await queue.receive({ max: 2, waitSeconds: 1, visibilitySeconds: 1000 });
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThanOrEqual(2);
      await receiveAll(queue, 5 - some.length);
    });

    it('waits for a message that is about to come, and no longer', async () => {
      const start = performance.now();
      const waiting = queue.receive({ max: 1, waitSeconds: 10, visibilitySeconds: 10 });
      setTimeout(() => void queue.send('late'), 100);
      expect(await waiting).toMatchObject([{ body: 'late' }]);
      expect(performance.now() - start).toBeLessThan(9000);
    });

    it('counts what waits and what somebody works on', async () => {
      await queue.sendBatch(['a', 'b', 'c']);
      const { receipt } = await receiveOne(queue, 1000);
      // Services count a moment late.
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 2, taken: 1 }), COUNTED);
      await queue.ack(receipt);
      await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 2, taken: 0 }), COUNTED);
      expect(await queue.deadLetters?.depth()).toEqual({ waiting: 0, taken: 0 });
    });

    it('moves a message that nobody managed to handle to the dead letters, unchanged', async () => {
      await queue.send('poison');
      await queue.send('handled');
      for (let receives = 1; receives <= maxReceives; receives++) {
        for (const { body, ...received } of await receiveAll(queue, receives === 1 ? 2 : 1, 10)) {
          expect(received.receives).toBe(receives);
          if (body === 'handled') await queue.ack(received.receipt);
        }
        await elapse(11);
      }
      expect(await receiveNow(queue)).toEqual([]);
      const deadLetters = queue.deadLetters as Queue;
      const dead = await receiveOne(deadLetters, 10);
      expect(dead.body).toBe('poison');
      await deadLetters.ack(dead.receipt);
      await elapse(11);
      expect(await receiveNow(deadLetters)).toEqual([]);
      expect(await receiveNow(queue)).toEqual([]);
    });

    it('keeps dead letters until somebody handles them', async () => {
      await queue.send('poison');
      let last = '';
      for (let receives = 1; receives <= maxReceives; receives++) {
        last = (await receiveOne(queue, 10)).receipt;
        await queue.extend(last, 0);
      }
      expect(await receiveNow(queue)).toEqual([]);
      await queue.ack(last);
      const deadLetters = queue.deadLetters as Queue;
      expect(deadLetters.deadLetters).toBeUndefined();
      for (let receives = 0; receives <= maxReceives; receives++) {
        expect(await receiveOne(deadLetters, 10)).toMatchObject({ body: 'poison' });
        await elapse(11);
      }
    });
  });
}

/** Text that every queue service takes: no control characters, no unpaired surrogates. */
const bodies = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((body) => !/[\p{Cc}\ufffe\uffff]/u.test(body));

async function receiveNow(queue: Queue): Promise<readonly Received[]> {
  return queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 1000 });
}

async function receiveOne(queue: Queue, visibilitySeconds: number): Promise<Received> {
  const [received] = await queue.receive({ max: 1, waitSeconds: 1, visibilitySeconds });
  if (!received) throw new Error('there was no message');
  return received;
}

/** Exactly `count` messages: a queue may give fewer at a time than it has. */
async function receiveAll(queue: Queue, count: number, visibilitySeconds = 1000): Promise<Received[]> {
  const all: Received[] = [];
  while (all.length < count) {
    const some = await queue.receive({ max: 10, waitSeconds: 1, visibilitySeconds });
    if (some.length === 0) throw new Error(`there were ${all.length} messages instead of ${count}`);
    all.push(...some);
  }
  expect(all).toHaveLength(count);
  return all;
}
