import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '#shared/adapters/vllm/server-process.ts';
import type { VllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { ChildDiedError } from '../processes/child-process.ts';
import { type Supervised, supervise } from '../processes/supervise.ts';

export interface Keeping {
  /** Starts it again, at the same address. */
  readonly start: () => Promise<ServerProcess>;
  readonly control: Pick<VllmControl, 'healthy'>;
  /** Between two looks at its health. */
  readonly heartbeatMs: number;
  /** Without an answer about its health until it is ended although it lives. */
  readonly silenceMs: number;
  readonly onProblem: (entry: LogEntry) => void;
}

const MOST_RESTARTS = 3;

/** Keeps a server running that has been started: one that dies is started again, one that lives and is silent ended first. */
export function keepRunning(first: ServerProcess, keeping: Keeping): Supervised {
  let running: Promise<ServerProcess> | undefined = Promise.resolve(first);
  const next = () => {
    const starting = running ?? keeping.start();
    running = undefined;
    const done = starting.then(async (server): Promise<never> => {
      throw new ChildDiedError('model-server', await untilEnded(server, keeping), '');
    });
    done.catch(() => {}); // `supervise` hears of it
    return { done, stop: () => starting.then((server) => server.stop()) };
  };
  return supervise('model-server', next, {
    mostRestarts: MOST_RESTARTS,
    outlastErrors: true, // the GPU that it lost may be free again a moment later
    onDeath: ({ error, deaths, pauseMs }) =>
      keeping.onProblem({
        level: 'error',
        event: 'model-server-died',
        code: error.code,
        detail: `The model server ended and is started again in ${pauseMs / 1000} s: ${error.message.slice(0, 2000)}`,
        deaths,
        pauseMs,
      }),
  });
}

/** @returns why it ended */
async function untilEnded(
  server: ServerProcess,
  { control, heartbeatMs, silenceMs }: Keeping,
): Promise<string> {
  let silent = '';
  let answeredAt = performance.now();
  const look = async () => {
    if (await control.healthy()) answeredAt = performance.now();
    if (performance.now() - answeredAt < silenceMs || !server.alive()) return;
    silent = `its health was unanswered for ${silenceMs / 1000} s (MODEL_SERVER_SILENCE_SECONDS), so it was ended; `;
    await server.stop();
  };
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      await sleep(heartbeatMs, undefined, { signal: over.signal }).catch(() => undefined);
      if (server.alive()) await look();
    }
  })();
  const how = await server.ended;
  over.abort();
  await watching;
  return silent + how;
}
