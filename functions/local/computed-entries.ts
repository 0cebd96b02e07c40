import type { LogEntry } from '#shared/log-entry.ts';
import type { RunnerEvent } from '#shared/runner-events.ts';

/** Share of a core that asking queues again and again may take: a process that uses less waits for work. */
const IDLE_SHARE = 0.1;

export interface ComputedPorts {
  /** Seconds that this process has computed on all its threads. */
  readonly cpuSeconds: () => number;
  /** Seconds of a clock that only goes forwards. */
  readonly now: () => number;
  readonly log: (entry: LogEntry) => void;
}

/** @returns tells, at each call, what was computed since the one before, unless the process only waited */
export function computedEntries({ cpuSeconds, now, log }: ComputedPorts): () => void {
  let before = { cpu: cpuSeconds(), at: now() };
  return () => {
    const after = { cpu: cpuSeconds(), at: now() };
    const computed = after.cpu - before.cpu;
    const isIdle = computed < IDLE_SHARE * (after.at - before.at);
    before = after;
    if (!isIdle) log({ level: 'info', event: 'computed', cpuSeconds: computed } satisfies RunnerEvent);
  };
}
