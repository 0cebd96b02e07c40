import { describe, expect, it } from 'vitest';
import type { Message } from '#shared/messages.ts';
import { sendAllTo, sendTo } from '#shared/messaging/send.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';

const shard = (type: 'generate-shard' | 'verify-shard', shard: number): Message => ({
  ...{ schemaVersion: 1, type, evaluation: 'e'.repeat(26), round: 0, shard },
});

function queues() {
  const make = () => new MemoryQueue(new ManualClock(), 4);
  return { plan: make(), generate: make(), verify: make() };
}

async function bodiesOf(queue: Queue): Promise<readonly string[]> {
  const received = await queue.receive({ max: 100, waitSeconds: 0, visibilitySeconds: 1 });
  return received.map(({ body }) => body);
}

describe('messages', () => {
  it('go to the queues of their types', async () => {
    const all = queues();
    await sendTo(all)(shard('verify-shard', 1));
    await sendAllTo(all)([shard('generate-shard', 2), shard('verify-shard', 3)]);
    expect(await bodiesOf(all.plan)).toEqual([]);
    expect(await bodiesOf(all.generate)).toEqual([JSON.stringify(shard('generate-shard', 2))]);
    const verify = [shard('verify-shard', 1), shard('verify-shard', 3)];
    expect(await bodiesOf(all.verify)).toEqual(verify.map((message) => JSON.stringify(message)));
  });

  it('are sent in as few batches as there can be', async () => {
    const all = queues();
    const batches: number[] = [];
    const { generate } = all;
    const sendBatch = generate.sendBatch.bind(generate);
    generate.sendBatch = (bodies) => {
      batches.push(bodies.length);
      return sendBatch(bodies);
    };
    await sendAllTo(all)(Array.from({ length: 23 }, (_, i) => shard('generate-shard', i)));
    expect(batches).toEqual([10, 10, 3]);
    expect(await bodiesOf(generate)).toHaveLength(23);
  });

  it('of which one batch is not taken fail together', async () => {
    const all = queues();
    all.generate.sendBatch = async () => {
      throw new Error('away');
    };
    await expect(sendAllTo(all)([shard('generate-shard', 0)])).rejects.toThrow('away');
  });
});
