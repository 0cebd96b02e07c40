/**
 * Judges a stream of cases on several threads.
 *
 * `line-chunks.ts` cuts the input at line ends, a pool of threads (`shared/adapters/worker-pool.ts`) hands the chunks to threads that run `worker.ts`,
 * `judge-lines.ts` does there what there is to do for each line (`case-line.ts` says what a case is), and
 * `map-in-order.ts` brings the results back in the order of the input, a bounded number of chunks at a time.
 */

import { WorkerPool } from '#shared/adapters/worker-pool.ts';
import type { BatchSink } from './batch-files.ts';
import type { CaseDefaults } from './case-line.ts';
import { type JudgedLines, tooLongLine } from './judge-lines.ts';
import { type LineChunk, lineChunks } from './line-chunks.ts';
import { mapInOrder } from './map-in-order.ts';

/** Chunks under way for each thread: enough that none waits while the slowest holds back the output. */
const CHUNKS_PER_WORKER = 4;

export interface BatchSettings {
  readonly defaults: CaseDefaults;
  readonly workers: number;
  /** Hears how many cases were judged so far. */
  readonly onProgress?: (cases: number) => void;
}

export interface BatchSummary {
  readonly cases: number;
  /** Cases that could not be read, each an error in its place. */
  readonly faults: number;
}

/**
 * Reads JSON lines of cases, writes a line for each in the same order. Memory does not grow with the input.
 *
 * @throws what `source` and `sink` fail with
 */
export async function verifyBatch(
  source: AsyncIterable<Uint8Array>,
  sink: Pick<BatchSink, 'write'>,
  { defaults, workers, onProgress }: BatchSettings,
): Promise<BatchSummary> {
  // The package holds this file and the worker as JavaScript, beside each other.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './verify-worker.js';
  const pool = new WorkerPool<LineChunk, JudgedLines>(new URL(file, import.meta.url), defaults, workers);
  const judge = async (chunk: LineChunk) =>
    chunk.kind === 'too-long' ? tooLongLine(chunk.firstLine) : pool.run(chunk, [chunk.bytes.buffer]);
  let [cases, faults] = [0, 0];
  try {
    for await (const judged of mapInOrder(lineChunks(source), CHUNKS_PER_WORKER * workers, judge)) {
      await sink.write(judged.text);
      cases += judged.cases;
      faults += judged.faults;
      onProgress?.(cases);
    }
  } finally {
    await pool.close();
  }
  return { cases, faults };
}
