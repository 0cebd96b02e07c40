import type { LogEntry } from '#shared/log-entry.ts';
import type { Made } from '#shared/ports/generator.ts';
import { RunnerEvent } from '#shared/runner-events.ts';
import { ChildDiedError, startChild } from './child-process.ts';
import { type Death, type Supervised, supervise } from './supervise.ts';

export interface RunnerSettings {
  readonly home: string;
  readonly workers: number;
  /** Threads of each worker. */
  readonly threads: number;
  /** Added to its environment: the model server that it evaluates by. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface RunnerObserver {
  /** It has started, for the first time or again. */
  readonly onStart?: (pid: number) => void;
  /** Sees every error that it logs, and each of its deaths. */
  readonly onProblem: (entry: LogEntry) => void;
  /** Hears about twice a second, while it computes, how many CPU seconds that took. */
  readonly onComputed?: (cpuSeconds: number) => void;
  /** Hears about twice a second how much of a shard there is. */
  readonly onMade?: (evaluation: string, shard: number, made: Made) => void;
}

export interface Runner extends Supervised {
  /** Why it does not work for the moment; nothing but codes and numbers. */
  trouble(): string | undefined;
}

/** Work that kills it again and again is given up for the command: whoever waits for it should hear. */
const ENOUGH = { mostRestarts: 3, outlastErrors: false };
/** Others may be served meanwhile, and somebody may make room on a full disk. */
const FOREVER = { mostRestarts: Number.POSITIVE_INFINITY, outlastErrors: true };

/**
 * Starts the evaluation plane of a workspace as a process of its own, and again when it dies: it begins with what the
 * one before left undone.
 *
 * @param forever - whether it is started again however often; otherwise three times in a row, if it cannot say why
 */
export function startRunner(
  { home, workers, threads, env }: RunnerSettings,
  { onStart, onProblem, onComputed, onMade }: RunnerObserver,
  { forever = false }: { readonly forever?: boolean } = {},
): Runner {
  let trouble: string | undefined;
  const hear = (entry: LogEntry) => {
    if (entry.level === 'error') onProblem(entry);
    const { data: event } = RunnerEvent.safeParse(entry);
    if (event?.event === 'runner-ready') trouble = undefined;
    if (event?.event === 'computed') onComputed?.(event.cpuSeconds);
    if (event?.event === 'completions-made') {
      const { evaluation, shard, completions, tokens } = event;
      onMade?.(evaluation, shard, { completions, tokens });
    }
  };
  const start = () => {
    const child = startChild(
      'runner',
      { home, workers: String(workers), threads: String(threads) },
      hear,
      env,
    );
    onStart?.(child.pid);
    return child;
  };
  const onDeath = (death: Death) => {
    const { error, deaths, pauseMs } = death;
    trouble = `The process of the workers ended (${error.code}), ${deaths} times in a row; it is started again.`;
    onProblem({
      level: 'error',
      event: 'runner-died',
      code: error.code,
      detail: describe(death),
      deaths,
      pauseMs,
    });
  };
  return {
    ...supervise('runner', start, { ...(forever ? FOREVER : ENOUGH), onDeath }),
    trouble: () => trouble,
  };
}

function describe({ error, deaths, pauseMs }: Death): string {
  const again = `It is started again in ${pauseMs / 1000} s (death ${deaths} in a row); what it worked on is done again.`;
  if (error instanceof ChildDiedError) return `The runner process ended early (${error.how}). ${again}`;
  return `${error.message} ${again}`;
}
