import type { LogEntry } from '#shared/log-entry.ts';
import { startChild } from './child-process.ts';

export interface RunnerSettings {
  readonly home: string;
  readonly workers: number;
  /** Of each worker. */
  readonly threads: number;
}

/** Starts the evaluation plane of a workspace as a process of its own. @param onProblem - sees every error it logs */
export function startRunner(
  { home, workers, threads }: RunnerSettings,
  onProblem: (entry: LogEntry) => void,
): ReturnType<typeof startChild> {
  return startChild('runner', { home, workers: String(workers), threads: String(threads) }, (entry) => {
    if (entry.level === 'error') onProblem(entry);
  });
}
