import type { Hono } from 'hono';
import { sha256Hex } from '#shared/digest.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { Message, type ShardTelemetry } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue, Received } from '#shared/ports/queue.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';

export interface Polling {
  readonly queue: Queue;
  readonly app: Hono;
  readonly store: ObjectStore;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly log: (entry: LogEntry) => void;
}

/** Takes one message, if there is one, through its stage. Answers whether there was one. */
export async function pollOnce({
  queue,
  app,
  store,
  visibilitySeconds,
  waitSeconds,
  log,
}: Polling): Promise<boolean> {
  const [received] = await queue.receive({ max: 1, waitSeconds, visibilitySeconds });
  if (!received) return false;
  const start = performance.now();
  const response = await app.request('/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: received.body,
  });
  if (response.ok) {
    await queue.ack(received.receipt);
    await recordTime(received, (performance.now() - start) / 1000, store);
  } else if (response.status === 400) await reject(received, queue, store, log);
  else await tryAgain(received, (await response.json()) as Problem, queue, log);
  return true;
}

/** How long a shard's stage took, under a name of its own: telemetry is never compared. */
async function recordTime({ body, receipt }: Received, seconds: number, store: ObjectStore): Promise<void> {
  const message = Message.parse(JSON.parse(body));
  if (!('shard' in message)) return;
  const key = keys.shardTelemetry(message, message.shard, receipt);
  const telemetry: ShardTelemetry = { schemaVersion: 1, type: message.type, seconds };
  await putObject(store, key, telemetry);
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Trying again at once, and for every message, would only use up their deliveries. */
const HOPELESS = new Set(['disk-full', 'store-unwritable']);

async function tryAgain(
  { body, receipt, receives }: Received,
  { code, message }: Problem,
  queue: Queue,
  log: Polling['log'],
): Promise<void> {
  if (HOPELESS.has(code)) throw new KnownError(code, message);
  log({ level: 'error', event: 'message-failed', code, detail: message, body, receives });
  await queue.extend(receipt, 2 ** receives / 2);
}

/** No schema accepts it, and none will: kept for whoever looks, never tried again. */
async function reject(
  received: Received,
  queue: Queue,
  store: ObjectStore,
  log: Polling['log'],
): Promise<void> {
  await store.putOnce(keys.dead(sha256Hex(received.body)), new TextEncoder().encode(received.body));
  log({ level: 'error', event: 'message-invalid', body: received.body });
  await queue.ack(received.receipt);
}
