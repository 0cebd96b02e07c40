import { beforeEach, expect, it } from 'vitest';
import { relay } from '#cli/train/train-run.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import type { LogEntry } from '#shared/log-entry.ts';

let told: unknown[] = [];
beforeEach(() => {
  told = [];
});

const observer = {
  onProcess: (...heard: unknown[]) => void told.push(['process', ...heard]),
  onTrainingSet: (...heard: unknown[]) => void told.push(['training set', ...heard]),
  onStart: (...heard: unknown[]) => void told.push(['start', ...heard]),
  onPhase: (...heard: unknown[]) => void told.push(['phase', ...heard]),
  onPhaseProgress: (...heard: unknown[]) => void told.push(['progress', ...heard]),
  onStep: (...heard: unknown[]) => void told.push(['step', ...heard]),
  onAlert: (...heard: unknown[]) => void told.push(['alert', ...heard]),
  onProblem: (...heard: unknown[]) => void told.push(['problem', ...heard]),
};

function toldOf(entry: LogEntry): unknown[] {
  relay(entry, observer);
  return told;
}

it.each<[DriverEvent, unknown[]]>([
  [{ level: 'info', event: 'run-started', run: 'r', incarnation: 2, step: 4, steps: 8 }, ['start', 4, 8]],
  [
    { level: 'info', event: 'training-set', run: 'r', rows: 2, dropped: { overlong: 1, invalidLabel: 3 } },
    ['training set', 2, { overlong: 1, invalidLabel: 3 }],
  ],
  [{ level: 'info', event: 'phase', run: 'r', phase: 'update' }, ['phase', 'update']],
  [{ level: 'info', event: 'phase-progress', run: 'r', done: 1, total: 3 }, ['progress', 1, 3]],
  [{ level: 'info', event: 'engine-started', run: 'r', pid: 7 }, ['process', 'engine', 7]],
  [
    { level: 'info', event: 'step', run: 'r', step: 5, metrics: { 'reward/mean': 0.5 } },
    ['step', 5, { 'reward/mean': 0.5 }, undefined],
  ],
  [
    {
      level: 'info',
      event: 'step',
      run: 'r',
      step: 6,
      metrics: {},
      lent: { waitSeconds: 1.5, cpuSeconds: 2 },
    },
    ['step', 6, {}, { waitSeconds: 1.5, cpuSeconds: 2 }],
  ],
])('an observer is told of $event', (event, expected) => {
  expect(toldOf(event)).toEqual([expected]);
});

it.each<DriverEvent>([
  { level: 'info', event: 'checkpoint', run: 'r', step: 5 },
  { level: 'info', event: 'smaller-passes', run: 'r', tokenBudget: 64 },
  { level: 'info', event: 'run-finished', run: 'r' },
  { level: 'error', event: 'run-failed', code: 'disk-full', detail: 'The disk is full.' },
])('nobody is told of $event', (event) => {
  expect(toldOf(event)).toEqual([]);
});

it.each<LogEntry>([
  { level: 'warning', event: 'nothing-learned', run: 'r', step: 5, detail: 'of an earlier version' },
  { level: 'error', event: 'engine-lost', run: 'r', detail: 'it ended' },
  { level: 'error', event: 'as-of-another-version', detail: 'x' },
  { level: 'info', event: 'step', run: 'r', step: 'five', metrics: {} },
  { level: 'info', event: 'phase-progress', run: 'r', done: 1 },
])('is a problem, told as it is: $event', (entry) => {
  expect(toldOf(entry)).toEqual([['problem', entry]]);
});

it('an alert is told to the observer, and to whoever else is to know', () => {
  const alert: DriverEvent = {
    ...{ level: 'warning', event: 'alert', run: 'r', rule: 'diverged', step: 5, value: null },
    detail: 'Loss is not finite.',
  };
  relay(alert, observer, { send: (sent) => void told.push(['sent', sent]) });
  expect(told).toEqual([
    ['alert', alert],
    ['sent', alert],
  ]);
});
