import type { LogEntry } from '#shared/log-entry.ts';
import type { Made } from '#shared/ports/generator.ts';
import { startChild } from './child-process.ts';

export interface RunnerSettings {
  readonly home: string;
  readonly workers: number;
  /** Of each worker. */
  readonly threads: number;
}

export interface RunnerObserver {
  /** Sees every error that it logs. */
  readonly onProblem: (entry: LogEntry) => void;
  /** What there is, about twice a second, of a shard in the making. */
  readonly onMade?: (evaluation: string, shard: number, made: Made) => void;
}

/** Starts the evaluation plane of a workspace as a process of its own. */
export function startRunner(
  { home, workers, threads }: RunnerSettings,
  { onProblem, onMade }: RunnerObserver,
): ReturnType<typeof startChild> {
  return startChild('runner', { home, workers: String(workers), threads: String(threads) }, (entry) => {
    if (entry.level === 'error') onProblem(entry);
    else if (entry.event === 'completions-made') {
      const { evaluation, shard, completions, tokens } = entry;
      onMade?.(String(evaluation), Number(shard), {
        completions: Number(completions),
        tokens: Number(tokens),
      });
    }
  });
}
