import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError, messageOf } from '#shared/errors.ts';
import { ChildDiedError, type ChildName, type ChildProcess } from './child-process.ts';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A process that lived so long did not die of how it starts: counting begins anew. */
const SOUND_MS = 60_000;

/** How a process died, and when it is started again. */
export interface Death {
  readonly error: KnownError;
  /** Deaths in a row, this one included. */
  readonly deaths: number;
  readonly pauseMs: number;
}

export interface Supervision {
  /** How often in a row it is started again, after pauses of 1, 2, 4, … seconds, a minute at most. */
  readonly mostRestarts: number;
  /** Whether an error that the process explained, such as a full disk, may pass by itself. */
  readonly outlastErrors: boolean;
  readonly onDeath: (death: Death) => void;
  readonly firstPauseMs?: number;
}

export interface Supervised {
  /** Never resolves. @throws {KnownError} the last death, when it is not started again */
  failure(): Promise<never>;
  stop(): Promise<void>;
}

/** Keeps a process that never ends by itself running: starts it now, and again whenever it dies. */
export function supervise(
  name: ChildName | 'model-server',
  start: () => Pick<ChildProcess, 'done' | 'stop'>,
  { mostRestarts, outlastErrors, onDeath, firstPauseMs = FIRST_PAUSE_MS }: Supervision,
): Supervised {
  const stopped = new AbortController();
  let child = start();
  const run = async (): Promise<never> => {
    for (let [deaths, startedAt] = [0, performance.now()]; ; startedAt = performance.now()) {
      const error = await child.done.then(
        () => new ChildDiedError(name, 'exit code 0', ''),
        (cause: unknown) =>
          cause instanceof KnownError ? cause : new ChildDiedError(name, messageOf(cause), ''),
      );
      stopped.signal.throwIfAborted();
      deaths = performance.now() - startedAt >= SOUND_MS ? 1 : deaths + 1;
      if (deaths > mostRestarts || !(outlastErrors || error instanceof ChildDiedError)) throw error;
      const pauseMs = Math.min(firstPauseMs * 2 ** (deaths - 1), LONGEST_PAUSE_MS);
      onDeath({ error, deaths, pauseMs });
      await sleep(pauseMs, undefined, { signal: stopped.signal });
      child = start();
    }
  };
  const failure = run();
  failure.catch(() => {}); // Whoever asks for the failure hears of it.
  return {
    failure: () =>
      new Promise((_, reject) => failure.catch((error) => stopped.signal.aborted || reject(error))),
    stop: async () => {
      stopped.abort();
      await child.stop().catch(() => {});
    },
  };
}
