import { beforeEach, describe, expect, it } from 'vitest';
import type { Handled } from '#functions/stage/handle-message.ts';
import { settleMessage } from '#functions/stage/settle-message.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { Billed } from '#shared/records/telemetry.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const message: Message = {
  ...{ schemaVersion: 1, type: 'verify-shard', evaluation: 'a'.repeat(26), round: 0, shard: 3 },
};

describe('a message that was handled', () => {
  let store: MemoryStore;
  let calls: (readonly [string, string, number?])[];
  beforeEach(() => {
    store = new MemoryStore();
    calls = [];
  });

  async function settle(handled: Handled, receives = 1, billed?: Billed) {
    const queue = {
      ack: async (receipt: string) => void calls.push(['ack', receipt]),
      extend: async (receipt: string, seconds: number) => void calls.push(['extend', receipt, seconds]),
    };
    await settleMessage({ receipt: 'r', receives }, handled, {
      ...{ queue, store, pauses: { firstSeconds: 2, growth: 3 }, ...(billed && { billed }) },
    });
    const found = await store.list(keys.prefix.shardTelemetries);
    return Promise.all(found.map((key) => read(store, record.shardTelemetry.at(key))));
  }

  it('leaves its queue, and the time that its shard took is kept', async () => {
    const kept = await settle({ kind: 'done', message, seconds: 1, turn: undefined });
    expect(kept).toEqual([{ schemaVersion: 1, type: 'verify-shard', seconds: 1 }]);
    expect(calls).toEqual([['ack', 'r']]);
  });

  it('leaves its queue as well where no schema accepts it', async () => {
    expect(await settle({ kind: 'rejected', body: 'nonsense' })).toEqual([]);
    expect(calls).toEqual([['ack', 'r']]);
  });

  it('comes again after a failure, each time after a longer pause', async () => {
    for (const receives of [1, 2, 3])
      expect(await settle({ kind: 'failed', code: 'defect', detail: 'odd', message }, receives)).toEqual([]);
    expect(calls.map(([, , seconds]) => seconds)).toEqual([2, 6, 18]);
  });

  it('is recorded with what is billed of it, be it of a failure', async () => {
    const billed = { seconds: 3, initSeconds: 1, memoryMib: 3008 };
    const type = 'verify-shard';
    expect(await settle({ kind: 'done', message, seconds: 2, turn: undefined }, 1, billed)).toMatchObject([
      { type, seconds: 2, billed },
    ]);
    store = new MemoryStore();
    const failed: Handled = { kind: 'failed', code: 'service-unavailable', detail: 'odd', message };
    expect(await settle(failed, 1, billed)).toMatchObject([{ type, failed: 'service-unavailable', billed }]);
    expect(await settle({ ...failed, message: undefined }, 1, billed)).toHaveLength(1);
  });
});
