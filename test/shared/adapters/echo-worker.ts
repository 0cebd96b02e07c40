import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, threadId, workerData } from 'node:worker_threads';

/** Answers with what it was asked, told at its start, and its thread; ends or fails on request. */
parentPort?.on('message', async (request: unknown) => {
  if (request === 'fail') throw new Error('as requested');
  if (request === 'exit') process.exit(3);
  await sleep(5);
  parentPort?.postMessage({ request, told: workerData, threadId });
});
