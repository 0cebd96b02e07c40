import type { LogEntry } from '../../log-entry.ts';
import { failedServer, portTaken, slowServer } from './server-errors.ts';
import type { ServerProcess } from './server-process.ts';
import type { VllmControl } from './vllm-control.ts';

export interface StartPorts {
  readonly control: Pick<VllmControl, 'healthy'>;
  /** Whether the server that answers at the address is the one that was started. */
  readonly isOurs: () => Promise<boolean>;
  /** Starts the program with the model of a folder. */
  readonly spawn: (folder: string) => Promise<ServerProcess>;
  readonly pause: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  /** Until the server must be ready. */
  readonly startMs: number;
  readonly log: (entry: LogEntry) => void;
  /** Ends a start that nobody waits for any more, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 500;

/**
 * Starts a server and waits until it takes requests; one that fails to is ended.
 *
 * @throws {KnownError} `model-server-failed`, `model-server-slow`; `model-server-port-taken` where another server
 *   answers at the address, since its weights would pass for those of ours
 */
export async function startServer(folder: string, ports: StartPorts): Promise<ServerProcess> {
  const { control, isOurs, spawn, nowMs, log } = ports;
  if (await control.healthy()) throw portTaken();
  const startedAt = nowMs();
  log({ level: 'info', event: 'model-server-starting' });
  const server = await spawn(folder);
  try {
    await untilReady(server, startedAt, ports);
    if (!(await isOurs())) throw portTaken();
  } catch (error) {
    await server.stop();
    throw error;
  }
  log({ level: 'info', event: 'model-server-ready', seconds: (nowMs() - startedAt) / 1000 });
  return server;
}

async function untilReady(
  server: ServerProcess,
  startedAt: number,
  { control, pause, nowMs, startMs, signal }: StartPorts,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const healthy = await control.healthy();
    if (!server.alive()) throw failedServer(await server.ended);
    if (healthy) return;
    if (nowMs() - startedAt > startMs) throw slowServer(startMs);
    await pause(POLL_MS);
  }
}
