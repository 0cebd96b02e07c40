/** A thread of `oneshot verify --batch`: answers each chunk of lines with what became of them. */
import { parentPort, workerData } from 'node:worker_threads';
import { verify } from '#shared/verifier/verify.ts';
import type { CaseDefaults } from './case-line.ts';
import { judgeBytes } from './judge-lines.ts';
import type { LineChunk } from './line-chunks.ts';

const defaults = workerData as CaseDefaults; // as `verify-batch.ts` sends it

parentPort?.on('message', ({ bytes, firstLine }: Extract<LineChunk, { kind: 'lines' }>) => {
  parentPort?.postMessage(judgeBytes({ bytes, firstLine }, defaults, { verify }));
});
