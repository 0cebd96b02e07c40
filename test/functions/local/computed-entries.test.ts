import { expect, it } from 'vitest';
import { computedEntries } from '#functions/local/computed-entries.ts';
import type { LogEntry } from '#shared/log-entry.ts';

it('tells what was computed since it was last asked, and nothing of waiting', () => {
  const told: LogEntry[] = [];
  let [cpu, at] = [5, 0];
  const tell = computedEntries({ cpuSeconds: () => cpu, now: () => at, log: (entry) => told.push(entry) });
  const pass = (computed: number, seconds: number) => {
    cpu += computed;
    at += seconds;
    tell();
  };
  pass(0.01, 0.5); // polls
  pass(1, 0.5); // two cores
  pass(0.04, 0.5);
  pass(0.25, 2); // late, since the machine is busy
  expect(told.map(({ event, ['cpuSeconds']: seconds }) => [event, seconds])).toEqual([
    ['computed', 1],
    ['computed', 0.25],
  ]);
});
