import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { handledEntry, handleMessage, type Stage } from './handle-message.ts';
import { keepVisible } from './keep-visible.ts';
import type { RetryPauses } from './retry-pause.ts';
import { settleMessage } from './settle-message.ts';

export interface StoppablePolling extends Stage {
  readonly queue: Queue;
  /** How late a message of a killed worker comes again; its work may take longer. */
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  /** Looks in a row that find no message, after which it ends by itself; it goes on where none are given. */
  readonly mostEmpty?: number;
  readonly pauses: RetryPauses;
  /** Aborted when the host wants this worker to end. */
  readonly stop: AbortSignal;
  /** How long the message at hand may take from then on; one that takes longer is given back. */
  readonly graceMs: number;
  readonly log: (entry: LogEntry) => void;
}

/** Takes messages through a stage, one at a time, until none comes or the host says stop; then finishes or gives back the last. */
export async function pollUntilStopped(polling: StoppablePolling): Promise<void> {
  const { queue, visibilitySeconds, waitSeconds, stop, mostEmpty = Number.POSITIVE_INFINITY } = polling;
  let empty = 0;
  while (!stop.aborted && empty < mostEmpty) {
    const [received] = await queue.receive({ max: 1, waitSeconds, visibilitySeconds });
    empty = received ? 0 : empty + 1;
    if (!received) continue;
    const { body, receipt, receives } = received;
    const handling = keepVisible({ queue, receipt, visibilitySeconds }, () => handleMessage(body, polling));
    const handled = await Promise.race([handling, patienceEnds(polling)]);
    if (handled === undefined) {
      polling.log({ level: 'info', event: 'message-given-back', body });
      return queue.extend(receipt, 0);
    }
    polling.log(handledEntry(handled, receives));
    await settleMessage(received, handled, polling);
  }
}

async function patienceEnds({ stop, graceMs }: StoppablePolling): Promise<undefined> {
  if (!stop.aborted) await once(stop, 'abort');
  await sleep(graceMs, undefined, { ref: false });
}
