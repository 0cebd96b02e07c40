import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Message } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue, Received } from '#shared/ports/queue.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import type { Handled } from './handle-message.ts';
import { type RetryPauses, retryPause } from './retry-pause.ts';

export interface Settling {
  readonly queue: Pick<Queue, 'ack' | 'extend'>;
  readonly store: ObjectStore;
  readonly pauses: RetryPauses;
}

/** Takes a message that was handled off its queue, and records how long that took; one that failed comes again later. */
export async function settleMessage(
  { receipt, receives }: Pick<Received, 'receipt' | 'receives'>,
  handled: Handled,
  { queue, store, pauses }: Settling,
): Promise<void> {
  if (handled.kind === 'failed') return queue.extend(receipt, retryPause(receives, pauses));
  await queue.ack(receipt);
  if (handled.kind === 'done') await recordTime(handled.message, receipt, handled.seconds, store);
}

/**
 * How long a shard's stage took, under a name of its own: telemetry is never compared.
 *
 * @param delivery - names this delivery of the message, in any characters
 */
async function recordTime(
  message: Message,
  delivery: string,
  seconds: number,
  store: ObjectStore,
): Promise<void> {
  if (!('shard' in message)) return;
  const key = keys.shardTelemetry(message, message.shard, sha256Hex(delivery).slice(0, 32));
  await putObject(store, key, { schemaVersion: 1, type: message.type, seconds });
}
