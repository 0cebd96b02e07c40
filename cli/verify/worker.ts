/** A thread of `oneshot verify --batch`: answers each chunk of lines with what became of them. */
import { parentPort, workerData } from 'node:worker_threads';
import { verify } from '#shared/verifier/verify.ts';
import type { CaseDefaults } from './case-line.ts';
import { judgeLines } from './judge-lines.ts';
import type { LineChunk } from './line-chunks.ts';

const defaults = workerData as CaseDefaults;
const decoder = new TextDecoder(); // leaves out a byte order mark

parentPort?.on('message', ({ bytes, firstLine }: Extract<LineChunk, { kind: 'lines' }>) => {
  parentPort?.postMessage(judgeLines({ text: decoder.decode(bytes), firstLine }, defaults, { verify }));
});
