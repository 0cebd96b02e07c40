import { setTimeout as sleep } from 'node:timers/promises';
import { hasRole } from '#shared/error-codes/codes.ts';
import { foreignCode, KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Queue, Received } from '#shared/ports/queue.ts';
import { type Handled, handledEntry, handleMessage, type Stage } from '../stage/handle-message.ts';
import { keepVisible } from '../stage/keep-visible.ts';
import type { RetryPauses } from '../stage/retry-pause.ts';
import { settleMessage } from '../stage/settle-message.ts';

/** 1 s, 2 s, 4 s: no service far away has to come back first, and somebody waits at the terminal. */
const PAUSES: RetryPauses = { firstSeconds: 1, growth: 2 };
/** Between two looks whether there is room for one more message. */
const LOOK_MS = 20;

export interface Polling extends Stage {
  readonly queue: Queue;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly log: (entry: LogEntry) => void;
}

/** How many messages are worked on side by side. */
export interface Room {
  /** Whether there is room for one more beside so many. */
  hasRoom(atWork: number): boolean;
  /** A message is there. @returns resolves once its work shows in `hasRoom`; never, perhaps, where it ends before */
  arrive(): Promise<void>;
}

/** One after the other. */
const ALONE: Room = { hasRoom: (atWork) => atWork === 0, arrive: async () => {} };

/** Takes one message, if there is one, through its stage. Answers whether there was one. */
export async function pollOnce(polling: Polling): Promise<boolean> {
  const received = await receive(polling);
  if (received) await handle(received, polling);
  return received !== undefined;
}

/**
 * Polls several queues side by side, of each as many messages at a time as it has room for, so that the shards of one are graded
 * while the sampler of another waits. Ends when told to, after the messages at hand, or with the first error that does not pass.
 */
export async function pollSideBySide(
  pollings: readonly (Polling & { readonly room?: Room })[],
  stop: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([stop, failure.signal]);
  const loops = pollings.map(({ room = ALONE, ...polling }) =>
    pollWithRoom(polling, room, either).catch((error) => {
      failure.abort();
      throw error;
    }),
  );
  await Promise.all(loops);
}

async function pollWithRoom(polling: Polling, room: Room, stop: AbortSignal): Promise<void> {
  const atWork = new Map<Promise<void>, string>();
  const failure = Promise.withResolvers<never>();
  const poll = async () => {
    while (!stop.aborted) {
      if (!room.hasRoom(atWork.size)) {
        await Promise.race([...atWork.keys(), sleep(LOOK_MS)]);
        continue;
      }
      const received = await receive(polling);
      if (!received) continue;
      const isRepeat = [...atWork.values()].includes(received.body); // which waits for the other's end
      const arrived = isRepeat ? undefined : room.arrive();
      const handling: Promise<void> = handle(received, polling)
        .catch(failure.reject)
        .finally(() => atWork.delete(handling));
      atWork.set(handling, received.body);
      await Promise.race([handling, arrived]);
    }
    await Promise.all(atWork.keys());
  };
  await Promise.race([poll(), failure.promise]);
}

async function receive({ queue, waitSeconds, visibilitySeconds }: Polling): Promise<Received | undefined> {
  const [received] = await queue.receive({ max: 1, waitSeconds, visibilitySeconds });
  return received;
}

async function handle(received: Received, polling: Polling): Promise<void> {
  const { queue, store, visibilitySeconds, log } = polling;
  const { body, receipt, receives } = received;
  const handled = await keepVisible({ queue, receipt, visibilitySeconds }, () =>
    handleMessage(body, polling),
  );
  if (handled.kind !== 'done') log({ ...handledEntry(handled, receives), body });
  throwHopeless(handled);
  await settleMessage(received, handled, { queue, store, pauses: PAUSES });
}

/** Trying again at once, and for every message, would only use up their deliveries. */
function throwHopeless(handled: Handled): void {
  if (handled.kind === 'failed' && hasRole(handled.code, 'unusable-store'))
    throw new KnownError(foreignCode(handled.code), handled.detail);
}
