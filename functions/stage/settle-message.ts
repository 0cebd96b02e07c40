import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue, Received } from '#shared/ports/queue.ts';
import type { Billed, ShardTelemetry } from '#shared/records/telemetry.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import type { Handled } from './handle-message.ts';
import { type RetryPauses, retryPause } from './retry-pause.ts';

export interface Settling {
  readonly queue: Pick<Queue, 'ack' | 'extend'>;
  readonly store: ObjectStore;
  readonly pauses: RetryPauses;
  /** Where the time of this worker is billed. */
  readonly billed?: Billed;
}

/**
 * Takes a message that was handled off its queue, and records how long that took; one that failed comes again later, and what is
 * billed of it is recorded.
 */
export async function settleMessage(
  { receipt, receives }: Pick<Received, 'receipt' | 'receives'>,
  handled: Handled,
  { queue, store, pauses, billed }: Settling,
): Promise<void> {
  if (handled.kind === 'failed') await queue.extend(receipt, retryPause(receives, pauses));
  else await queue.ack(receipt);
  const facts = factsOf(handled, billed);
  if (facts && handled.kind !== 'rejected') await recordFacts(handled.message, receipt, facts, store);
}

type Facts = Omit<ShardTelemetry, 'schemaVersion' | 'type'>;

function factsOf(handled: Handled, billed: Billed | undefined): Facts | undefined {
  const bill = billed && { billed };
  switch (handled.kind) {
    case 'done': {
      const { seconds, turn } = handled;
      return { seconds, ...bill, ...(turn && { turn }) };
    }
    case 'failed':
      // Elsewhere the store may be why it failed, and nobody reckons with its time.
      return billed && { seconds: billed.seconds, failed: handled.code, ...bill };
    case 'rejected':
      return undefined;
    default:
      return handled satisfies never;
  }
}

/**
 * What is known of a delivery of a shard's message, under a name of its own: telemetry is never compared.
 *
 * @param delivery - names this delivery of the message, in any characters
 */
async function recordFacts(
  message: Message | undefined,
  delivery: string,
  facts: Facts,
  store: ObjectStore,
): Promise<void> {
  if (!message || !('shard' in message)) return;
  const place = record.shardTelemetry(message, message.shard, sha256Hex(delivery).slice(0, 32));
  await put(store, place, { type: message.type, ...facts });
}
