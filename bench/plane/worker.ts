/** A thread of the local runner whose generator waits instead of computing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { generate } from '#functions/generate/app.ts';
import type { Sampler } from '#functions/generate/generate-shard.ts';
import { pollOnce } from '#functions/local/poll.ts';
import { sendTo } from '#functions/send.ts';
import { verify } from '#functions/verify/app.ts';
import { countingStore, noCounts } from './counting-store.ts';
import { type BenchPlace, openBenchPlace } from './open-bench-place.ts';

const { place, msPerCompletion } = workerData as { place: BenchPlace; msPerCompletion: number };
const workspace = await openBenchPlace(place);
const counts = noCounts();
const store = countingStore(workspace.store, counts);
const work = { verifySeconds: 0, messages: 0 };

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
const grading = { ...common, queue: workspace.queues.verify, app: verify({ store }), waitSeconds: 0 };
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
let stopped = false;
parentPort?.on('message', () => {
  stopped = true;
});
parentPort?.postMessage('ready');
while (!stopped) {
  const started = performance.now();
  if (await pollOnce(grading)) {
    work.verifySeconds += (performance.now() - started) / 1000;
    work.messages += 1;
  } else if (await pollOnce(making)) work.messages += 1;
}
parentPort?.postMessage({ counts, ...work });
parentPort?.close();
