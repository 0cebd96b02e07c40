import type { Judges } from '#functions/api/verify/judges.ts';
import type { VerifyCase, VerifyResult } from '#functions/api/verify/verify-case.ts';
import { WorkerPool } from '#shared/adapters/worker-pool.ts';

/** Longer than clients wait. */
const PATIENCE_MS = 300_000;

/** The message that a thread gets. */
export interface JudgeRequest {
  readonly cases: readonly VerifyCase[];
  /** Becomes 1 when nobody waits for the verdicts any more; seen by both threads. */
  readonly gone: Int32Array;
}

/** Judges in threads of their own, so that whoever asks for something else is answered meanwhile. */
export function judgeThreads(count: number): Judges & { close(): Promise<void> } {
  // The package holds this file and the worker as JavaScript, beside each other.
  const file = import.meta.url.endsWith('.ts') ? './judge-worker.ts' : './judge-worker.js';
  const pool = new WorkerPool<JudgeRequest, VerifyResult[]>(new URL(file, import.meta.url), undefined, count);
  const judge: Judges['judge'] = async (cases, signal) => {
    const gone = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const tell = () => Atomics.store(gone, 0, 1);
    signal.addEventListener('abort', tell, { once: true });
    try {
      return await pool.run({ cases, gone });
    } finally {
      signal.removeEventListener('abort', tell);
    }
  };
  return { count, patienceMs: PATIENCE_MS, judge, close: () => pool.close() };
}
