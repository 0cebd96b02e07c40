/**
 * The evaluation plane in one process: plan, dead letters and the sweep here, generate and verify in worker threads,
 * all through the same routes as everywhere else. Writes one JSON line per event; ends when its parent does.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { writeLog } from '#shared/adapters/write-log.ts';
import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { sendAllTo, sendTo } from '#shared/messaging/send.ts';
import type { RunnerEvent } from '#shared/runner-events.ts';
import { endpointVersions } from '../admission/endpoint-settings.ts';
import { UNLIMITED } from '../admission/worker-env.ts';
import { deadLetter } from '../dead-letter/app.ts';
import { plan } from '../plan/app.ts';
import { sweep } from '../sweep/sweep.ts';
import { computedEntries } from './computed-entries.ts';
import { holdRepeats } from './hold-repeats.ts';
import { pollOnce } from './poll.ts';
import type { WorkerSettings } from './worker-settings.ts';

const VISIBILITY_SECONDS = 1800;
const SWEEP_MS = 60_000;
/** Short beside a step of training, which is told what was computed beside it. */
const COMPUTED_MS = 500;
const PATIENCE_MS = VISIBILITY_SECONDS * 4 * 1000;

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: '.oneshot' },
    workers: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
  },
});

process.umask(0o077); // all that it writes lies in the home, which is its user's alone
process.on('disconnect', () => process.exit(0));
const { store, queues } = openWorkspace(values.home);
const clock = { now: Date.now };
const [send, sendAll] = [sendTo(queues), sendAllTo(queues)];
const settings: WorkerSettings = {
  home: values.home,
  threads: Number(values.threads),
  workers: Number(values.workers),
  visibilitySeconds: VISIBILITY_SECONDS,
};
const tellComputed = computedEntries({
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  now: () => performance.now() / 1000,
  log: writeLog,
});
setInterval(tellComputed, COMPUTED_MS);
for (let i = 0; i < Number(values.workers); i++) startWorker();

// All that an earlier runner left unfinished is sent again at once, however old it is.
await repair(Number.POSITIVE_INFINITY);
setInterval(() => repair(SWEEP_MS), SWEEP_MS);
writeLog({ level: 'info', event: 'runner-ready' } satisfies RunnerEvent);

const common = { store, visibilitySeconds: VISIBILITY_SECONDS, log: writeLog };
const planning = plan({
  store,
  clock,
  sendAll: holdRepeats(sendAll, clock, PATIENCE_MS),
  expectedTokens,
  // No limit and no price on this machine.
  capacity: {
    worker: UNLIMITED,
    costUsd: () => 0,
    endpoints: Object.keys(endpointVersions(process.env)),
  },
});
const bury = deadLetter({ store, send, sendAll });
const pollings = [
  { ...common, queue: queues.plan, app: planning, waitSeconds: 0.2 },
  ...Object.values(queues).flatMap(({ deadLetters }) =>
    deadLetters ? [{ ...common, queue: deadLetters, app: bury, waitSeconds: 0 }] : [],
  ),
];
try {
  for (;;) for (const polling of pollings) await pollOnce(polling);
} catch (error) {
  fail(failureEntry('runner-failed', error));
}

function startWorker(): void {
  // The package holds this file and the worker as JavaScript, beside each other.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: settings });
  worker.on('message', (entry: LogEntry) => {
    if (entry.event === 'worker-failed') fail(entry); // at once: the thread ends when its other shards are made
    writeLog(entry);
  });
  // What it was working on stays hidden in its queue; the sweep of the next runner brings it back.
  worker.on('error', (error) => fail(failureEntry('worker-failed', error)));
  worker.on('exit', () => process.exit(1));
}

async function repair(intervalMs: number): Promise<void> {
  try {
    await sweep({ store, clock, send, patienceMs: PATIENCE_MS, intervalMs });
  } catch (error) {
    fail(failureEntry('runner-failed', error));
  }
}

function fail(entry: LogEntry): never {
  writeLog(entry);
  process.exit(1);
}
