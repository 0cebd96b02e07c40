import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { keepVisible } from '#functions/stage/keep-visible.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';

const now = { max: 1, waitSeconds: 0, visibilitySeconds: 30 };

/** A queue whose one message is received, and a sleep that moves the clock instead of waiting. */
async function delivered() {
  const clock = new ManualClock();
  const queue = new MemoryQueue(clock, 4);
  await queue.send('a');
  const [received] = await queue.receive(now);
  const delivery = {
    queue,
    receipt: received?.receipt ?? '',
    visibilitySeconds: 30,
    sleep: async (ms: number) => {
      await sleep(1);
      clock.advance(ms / 1000);
    },
  };
  return { clock, queue, delivery };
}

describe('keepVisible', () => {
  it('hides a message from others for as long as its handler runs', async () => {
    const { clock, queue, delivery } = await delivered();
    const start = clock.now();
    const answer = await keepVisible(delivery, async () => {
      while (clock.now() < start + 100_000) {
        expect(await queue.receive(now)).toEqual([]);
        await sleep(1);
      }
      return 'done';
    });
    expect(answer).toBe('done');
    clock.advance(31);
    expect(await queue.receive(now)).toMatchObject([{ body: 'a', receives: 2 }]);
  });

  it('hides it no longer once the handler has failed', async () => {
    const { clock, queue, delivery } = await delivered();
    const failing = keepVisible(delivery, async () => {
      await sleep(5);
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    await queue.extend(delivery.receipt, 0);
    await sleep(20);
    expect(await queue.receive(now)).toMatchObject([{ receives: 2 }]);
    clock.advance(31);
    expect(await queue.receive(now)).toMatchObject([{ receives: 3 }]);
  });

  it('lets a handler finish whose message cannot be hidden any longer', async () => {
    const { queue, delivery } = await delivered();
    let refused = 0;
    queue.extend = async () => {
      refused += 1;
      throw new Error('not now');
    };
    const handle = async () => {
      while (refused < 3) await sleep(1);
      return 'done';
    };
    expect(await keepVisible({ ...delivery, queue }, handle)).toBe('done');
  });

  it('waits for nothing once the handler is done', async () => {
    const { queue, delivery } = await delivered();
    const { receipt, visibilitySeconds } = delivery;
    const start = performance.now();
    await keepVisible({ queue, receipt, visibilitySeconds }, async () => 'done');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
