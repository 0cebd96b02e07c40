import { setTimeout as sleep } from 'node:timers/promises';
import { readContext } from '../../inference/read-context.ts';
import type { LogEntry } from '../../log-entry.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { startServer } from './start-server.ts';
import { type VllmLaunch, vllmCommand } from './vllm-command.ts';
import type { VllmControl } from './vllm-control.ts';

/** The weight version of a vLLM server that nobody told another. */
const FRESH = 'default';

export interface VllmPlace {
  readonly url: string;
  readonly servedModel: string;
  readonly apiKey?: string | undefined;
  readonly control: VllmControl;
  /** The folder of the clone or the package. */
  readonly root: string;
  readonly log: (entry: LogEntry) => void;
  /** Ends a start that nobody waits for any more. */
  readonly signal?: AbortSignal;
}

/** Starts vLLM with the model of a folder and waits until it takes requests. @throws {KnownError} as `startServer` */
export function vllmStarter(
  launch: VllmLaunch,
  { url, servedModel, apiKey, control, root, log, signal }: VllmPlace,
): (folder: string) => Promise<ServerProcess> {
  const { hostname, port, protocol } = new URL(url);
  const spawn = async (folder: string) => {
    const context = await readContext(folder);
    const address = { host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
    const start = { folder, context, servedModel, ...address, apiKey, owner: process.pid };
    return startServerProcess(vllmCommand(launch, start, root));
  };
  // vLLM shares a port with any other of the same user. One with a key of its own is known by it: its weights may have been
  // named already, by whoever waited for it to come back. Of one without a key nobody else knows yet.
  const isOurs = async () =>
    apiKey === undefined ? (await control.weightVersion()) === FRESH : control.guardedBy(apiKey);
  const pause = async (ms: number) => sleep(ms);
  const nowMs = () => performance.now();
  return (folder) =>
    startServer(folder, { control, isOurs, spawn, pause, nowMs, startMs: launch.startMs, log, signal });
}
