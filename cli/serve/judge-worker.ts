/** A thread of `oneshot serve`: judges the cases of each message, and leaves off where nobody waits for them any more. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { judgeCase } from '#functions/api/verify/judge-case.ts';
import type { JudgeRequest } from './judge-threads.ts';

/** Behind the thread that answers requests, where there is a core for one of them only. */
const NICE = 5;
if (process.platform === 'linux') setPriority(NICE); // of this thread alone, elsewhere of the whole process

parentPort?.on('message', ({ cases, gone }: JudgeRequest) => {
  parentPort?.postMessage(cases.flatMap((each) => (Atomics.load(gone, 0) === 1 ? [] : judgeCase(each))));
});
