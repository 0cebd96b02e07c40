import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import type { ConnectedStage, Host } from '#functions/stage/connected-stage.ts';
import { sqsHandler } from '#functions/stage/sqs-handler.ts';
import { stage } from '#functions/stage/stage.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { VerifyShard } from '#shared/messaging/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record as place } from '#shared/storage/records.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryQueue } from '../../ports/memory-queue.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const context = { getRemainingTimeInMillis: () => 4321 } as Context;
const ref = { evaluation: 'a'.repeat(26), round: 0 };

function record(body: string, receives = 1): SQSRecord {
  const id = sha256Hex(body).slice(0, 8);
  return {
    body,
    messageId: id,
    receiptHandle: `receipt ${id}+/=`,
    attributes: { ApproximateReceiveCount: `${receives}` },
  } as SQSRecord; // what the handler reads
}

function shardMessage(shard: number): string {
  return JSON.stringify({ schemaVersion: 1, type: 'verify-shard', ...ref, shard });
}

describe('sqsHandler', () => {
  let store: MemoryStore;
  let queue: MemoryQueue;
  let lines: string[];

  beforeEach(() => {
    store = new MemoryStore();
    queue = new MemoryQueue(new ManualClock());
    lines = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  });
  afterEach(() => vi.restoreAllMocks());

  function handlerOf(core: (message: z.output<typeof VerifyShard>, host: Host) => Promise<void>) {
    return sqsHandler(async (_, host): Promise<ConnectedStage> => {
      return { app: stage(VerifyShard, (message) => core(message, host)), store, queue };
    });
  }

  const event = (...Records: SQSRecord[]): SQSEvent => ({ Records });
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('reports the messages that failed, and only those', async () => {
    const handler = handlerOf(async ({ shard }) => {
      if (shard === 1) throw new KnownError('service-unavailable', 'AWS has trouble.');
    });
    const records = [0, 1, 2].map((shard) => record(shardMessage(shard)));
    const failed = { itemIdentifier: records[1]?.messageId };
    expect(await handler(event(...records), context)).toEqual({ batchItemFailures: [failed] });
  });

  it('keeps a message that no schema accepts and does not ask for it again', async () => {
    const handler = handlerOf(async () => {});
    for (const body of ['not JSON', '{"type":"nonsense"}']) {
      expect(await handler(event(record(body)), context)).toEqual({ batchItemFailures: [] });
      expect(await store.get(keys.dead(sha256Hex(body)))).toEqual(new TextEncoder().encode(body));
    }
    expect(entries().map(({ event: name }) => name)).toEqual(['message-invalid', 'message-invalid']);
  });

  it('asks for a message again that no schema accepts while the store cannot keep it', async () => {
    vi.spyOn(store, 'putOnce').mockRejectedValue(new KnownError('service-unavailable', 'AWS has trouble.'));
    const { batchItemFailures } = await handlerOf(async () => {})(event(record('not JSON')), context);
    expect(batchItemFailures).toHaveLength(1);
  });

  it('writes one line for each message, with its evaluation, round and shard', async () => {
    const handler = handlerOf(async ({ shard }) => {
      if (shard === 1) throw new Error('odd');
    });
    await handler(event(record(shardMessage(0)), record(shardMessage(1), 3)), context);
    expect(entries()).toMatchObject([
      { level: 'info', event: 'message-handled', type: 'verify-shard', ...ref, shard: 0, receives: 1 },
      {
        level: 'error',
        event: 'message-failed',
        code: 'defect',
        detail: 'odd',
        ...ref,
        shard: 1,
        receives: 3,
      },
    ]);
  });

  it('hides a failed message for longer after each delivery', async () => {
    const extend = vi.spyOn(queue, 'extend');
    const handler = handlerOf(async () => {
      throw new Error('odd');
    });
    for (const receives of [1, 2, 3]) await handler(event(record(shardMessage(0), receives)), context);
    expect(extend.mock.calls.map(([, seconds]) => seconds)).toEqual([30, 120, 480]);
  });

  it('lets neither lost telemetry nor a lost extension fail a message that was handled', async () => {
    vi.spyOn(store, 'putOnce').mockRejectedValue(new Error('denied'));
    const answer = await handlerOf(async () => {})(event(record(shardMessage(0))), context);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(entries().at(-1)).toMatchObject({ event: 'afterwards-failed', detail: 'denied' });
  });

  it('stores how long a shard took under a key that any receipt allows', async () => {
    await handlerOf(async () => {})(event(record(shardMessage(7))), context);
    const [key] = await store.list(keys.prefix.shardTelemetries);
    expect(key).toMatch(/\/000007-[0-9a-f]{32}\.json$/);
  });

  it('records what Lambda bills of each message, with the start of its environment once', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1769');
    let ms = 700; // since the process started
    vi.spyOn(performance, 'now').mockImplementation(() => ms);
    const handler = handlerOf(async ({ shard }) => {
      ms += 1000 * (shard + 1);
      if (shard === 1) throw new Error('odd');
    });
    const putOnce = store.putOnce.bind(store);
    vi.spyOn(store, 'putOnce').mockImplementation(async (key, body) => {
      ms += 250;
      return putOnce(key, body);
    });
    ms += 20_000;
    const shards = [0, 1, 2].map((shard) => record(shardMessage(shard)));
    await handler(event(...shards.slice(0, 2)), context);
    ms += 50_000;
    await handler(event(...shards.slice(2)), context);
    vi.unstubAllEnvs();
    const found = await store.list(keys.prefix.shardTelemetries);
    const kept = await Promise.all(found.map((key) => read(store, place.shardTelemetry.at(key))));
    const memoryMib = 1769;
    expect(kept.map(({ failed, billed }) => [failed, billed])).toEqual([
      [undefined, { seconds: 1, initSeconds: 0.7, memoryMib }],
      ['defect', { seconds: 2.25, initSeconds: 0, memoryMib }],
      [undefined, { seconds: 3.25, initSeconds: 0, memoryMib }],
    ]);
  });

  it('tells its stage how much time Lambda leaves it', async () => {
    const seen: number[] = [];
    const handler = handlerOf(async (_, { remainingMs }) => void seen.push(remainingMs()));
    await handler(event(record(shardMessage(0))), context);
    expect(seen).toEqual([4321]);
  });
});
