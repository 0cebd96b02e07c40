import { setTimeout } from 'node:timers/promises';
import type { Queue } from '#shared/ports/queue.ts';

export interface Delivery {
  readonly queue: Queue;
  readonly receipt: string;
  /** For how long the message was hidden when it was received. */
  readonly visibilitySeconds: number;
  /** Resolves after so many milliseconds, or rejects once the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Runs a handler and hides its message from others for as long as that takes, so that `visibilitySeconds` may be
 * short: it bounds how late a message of a killed process comes again, not how long its work may last.
 *
 * The message is hidden again after each third of its time, so that two attempts may fail before somebody else gets
 * it. None of them fails the handler: a message may come twice anyway.
 */
export async function keepVisible<T>(
  { queue, receipt, visibilitySeconds, sleep = sleepMs }: Delivery,
  handle: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const extending = (async () => {
    for (;;) {
      await sleep((visibilitySeconds * 1000) / 3, ended.signal);
      if (ended.signal.aborted) return;
      await queue.extend(receipt, visibilitySeconds).catch(() => undefined);
    }
  })().catch(() => undefined); // the sleep that the end interrupts
  try {
    return await handle();
  } finally {
    ended.abort();
    // An extension that is under way must not hide a message which the caller gives back next.
    await extending;
  }
}

function sleepMs(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal });
}
