import { hasRole } from '#shared/error-codes/codes.ts';
import { foreignCode, KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Queue, Received } from '#shared/ports/queue.ts';
import {
  type Handled,
  handledEntry,
  handleMessage,
  recordTime,
  type Stage,
} from '../stage/handle-message.ts';

export interface Polling extends Stage {
  readonly queue: Queue;
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
  const { body, receipt, receives } = received;
  const handled = await handleMessage(body, { app, store });
  if (handled.kind !== 'done') log({ ...handledEntry(handled, body, receives), body });
  await settle(received, handled, queue);
  if (handled.kind === 'done') await recordTime(body, receipt, handled.seconds, store);
  return true;
}

/**
 * Polls several queues side by side, one message of each at a time, so that the shards of one are graded while the
 * sampler of another waits. Ends when told to, after the messages at hand, or with the first error that does not pass.
 */
export async function pollSideBySide(pollings: readonly Polling[], stop: AbortSignal): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([stop, failure.signal]);
  const poll = async (polling: Polling) => {
    while (!either.aborted) await pollOnce(polling);
  };
  const loops = pollings.map((polling) =>
    poll(polling).catch((error) => {
      failure.abort();
      throw error;
    }),
  );
  await Promise.all(loops);
}

async function settle({ receipt, receives }: Received, handled: Handled, queue: Queue): Promise<void> {
  if (handled.kind !== 'failed') return queue.ack(receipt);
  // Trying again at once, and for every message, would only use up their deliveries.
  if (hasRole(handled.code, 'unusable-store'))
    throw new KnownError(foreignCode(handled.code), handled.detail);
  return queue.extend(receipt, 2 ** receives / 2);
}
