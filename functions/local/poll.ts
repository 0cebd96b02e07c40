import { hasRole } from '#shared/error-codes/codes.ts';
import { foreignCode, KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { type Handled, handledEntry, handleMessage, type Stage } from '../stage/handle-message.ts';
import type { RetryPauses } from '../stage/retry-pause.ts';
import { settleMessage } from '../stage/settle-message.ts';

/** 1 s, 2 s, 4 s: no service far away has to come back first, and somebody waits at the terminal. */
const PAUSES: RetryPauses = { firstSeconds: 1, growth: 2 };

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
  const { body, receives } = received;
  const handled = await handleMessage(body, { app, store });
  if (handled.kind !== 'done') log({ ...handledEntry(handled, receives), body });
  throwHopeless(handled);
  await settleMessage(received, handled, { queue, store, pauses: PAUSES });
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

/** Trying again at once, and for every message, would only use up their deliveries. */
function throwHopeless(handled: Handled): void {
  if (handled.kind === 'failed' && hasRole(handled.code, 'unusable-store'))
    throw new KnownError(foreignCode(handled.code), handled.detail);
}
