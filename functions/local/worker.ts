/** A thread of the local runner: makes and grades completions, one shard at a time, until its port closes. */
import { parentPort, workerData } from 'node:worker_threads';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { generate } from '../generate/app.ts';
import { loadPolicy } from '../generate/load-policy.ts';
import { samplers } from '../generate/samplers.ts';
import { sendTo } from '../send.ts';
import { verify } from '../verify/app.ts';
import { keepLatest } from './keep-latest.ts';
import { pollOnce } from './poll.ts';
import type { WorkerSettings } from './worker-settings.ts';

const { home, threads, visibilitySeconds } = workerData as WorkerSettings;
const { store, queues, cache } = openWorkspace(home);
const load = keepLatest(async (model: string) =>
  loadPolicy(await fetchModelFolder(store, model, cache), threads),
);
const log = (entry: LogEntry) => parentPort?.postMessage(entry);
const common = { store, visibilitySeconds, log };
const grading = { ...common, queue: queues.verify, app: verify({ store }), waitSeconds: 0 };
const making = {
  ...common,
  queue: queues.generate,
  app: generate({
    store,
    send: sendTo(queues),
    sampler: samplers({ store, load, batch: Number.POSITIVE_INFINITY, endpoints: {} }),
    remainingMs: () => Number.POSITIVE_INFINITY,
  }),
  waitSeconds: 0.2,
};

try {
  // Verdicts first: they finish rounds.
  for (;;) if (!(await pollOnce(grading))) await pollOnce(making);
} catch (error) {
  log(failureEntry('worker-failed', error));
  process.exitCode = 1; // of this thread
}
