import { setTimeout as sleep } from 'node:timers/promises';
import type { VllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { readContext } from '../endpoint/endpoint-context.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { startServer } from './start-server.ts';
import { vllmCommand } from './vllm-command.ts';
import type { VllmSettings } from './vllm-settings.ts';

export interface VllmAddress {
  readonly url: string;
  readonly servedModel: string;
  readonly control: VllmControl;
  readonly log: (entry: LogEntry) => void;
}

/** Starts vLLM with the model of a folder and waits until it takes requests. @throws {KnownError} as `startServer` */
export function vllmStarter(
  settings: VllmSettings,
  { url, servedModel, control, log }: VllmAddress,
): (folder: string) => Promise<ServerProcess> {
  const { hostname, port, protocol } = new URL(url);
  const spawn = async (folder: string) =>
    startServerProcess(
      vllmCommand(settings, {
        folder,
        context: await readContext(folder),
        servedModel,
        host: hostname,
        port: Number(port || (protocol === 'https:' ? 443 : 80)),
        extensionFolder: import.meta.dirname,
        owner: process.pid,
      }),
    );
  const pause = async (ms: number) => sleep(ms);
  const nowMs = () => performance.now();
  return (folder) => startServer(folder, { control, spawn, pause, nowMs, startMs: settings.startMs, log });
}
