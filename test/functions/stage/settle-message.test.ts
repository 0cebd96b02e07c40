import { beforeEach, describe, expect, it } from 'vitest';
import type { Handled } from '#functions/stage/handle-message.ts';
import { settleMessage } from '#functions/stage/settle-message.ts';
import type { Message } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
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

  async function settle(handled: Handled, receives = 1) {
    const queue = {
      ack: async (receipt: string) => void calls.push(['ack', receipt]),
      extend: async (receipt: string, seconds: number) => void calls.push(['extend', receipt, seconds]),
    };
    await settleMessage({ receipt: 'r', receives }, handled, {
      ...{ queue, store, pauses: { firstSeconds: 2, growth: 3 } },
    });
    return (await store.list(keys.shardTelemetries)).length;
  }

  it('leaves its queue, and the time that its shard took is kept', async () => {
    expect(await settle({ kind: 'done', message, seconds: 1 })).toBe(1);
    expect(calls).toEqual([['ack', 'r']]);
  });

  it('leaves its queue as well where no schema accepts it', async () => {
    expect(await settle({ kind: 'rejected', body: 'nonsense' })).toBe(0);
    expect(calls).toEqual([['ack', 'r']]);
  });

  it('comes again after a failure, each time after a longer pause', async () => {
    for (const receives of [1, 2, 3])
      expect(await settle({ kind: 'failed', code: 'defect', detail: 'odd', message }, receives)).toBe(0);
    expect(calls.map(([, , seconds]) => seconds)).toEqual([2, 6, 18]);
  });
});
