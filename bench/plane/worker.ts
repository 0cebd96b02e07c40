/** A thread of the local runner whose generator waits instead of computing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { generate } from '#functions/generate/app.ts';
import type { Sampler } from '#functions/generate/sampler.ts';
import { pollSideBySide } from '#functions/local/poll.ts';
import { verify } from '#functions/verify/app.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { countingStore, noCounts } from './counting-store.ts';
import { type BenchPlace, openBenchPlace } from './open-bench-place.ts';

const { place, msPerCompletion } = workerData as { place: BenchPlace; msPerCompletion: number };
const workspace = await openBenchPlace(place);
const counts = noCounts();
const store = countingStore(workspace.store, counts);

const sampler: Sampler = {
  policy: 'verified',
  batch: Number.POSITIVE_INFINITY,
  complete: async (items, problems) => {
    await sleep(items.length * msPerCompletion);
    return items.map((item) => {
      const answer = problems.get(item.problem)?.answer ?? '';
      const text = `So the answer is $\\boxed{${typeof answer === 'string' ? answer : answer[0]}}$.`;
      return { ...item, text, tokens: 20, finish: 'stop' };
    });
  },
};
const common = { store, visibilitySeconds: 600, log: () => {} };
const grading = { ...common, queue: workspace.queues.verify, app: verify({ store }), waitSeconds: 0.2 };
const making = {
  ...common,
  queue: workspace.queues.generate,
  app: generate({
    store,
    send: sendTo(workspace.queues),
    sampler: async () => sampler,
    remainingMs: () => Number.POSITIVE_INFINITY,
  }),
  waitSeconds: 0.2,
};
const stop = new AbortController();
parentPort?.on('message', () => stop.abort());
parentPort?.postMessage('ready');
await pollSideBySide([grading, making, making], stop.signal);
parentPort?.postMessage(counts);
parentPort?.close();
