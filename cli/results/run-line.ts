import { headlineScore } from '#functions/results/evaluations/headline-score.ts';
import { type DriverNews, type RunState, runProgress } from '#functions/results/runs/run-progress.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RunEntry } from '#shared/records/runs.ts';
import { readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { newestSummary } from '#shared/storage/newest-summary.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { runBlobs } from '#shared/storage/run-blobs.ts';

/** A run as listed. */
export interface RunLine {
  readonly run: string;
  readonly recipe: string;
  readonly state: RunState;
  /** The last step that is done, and how many there are to be; `null` where damage hides it. */
  readonly step: number | null;
  readonly steps: number | null;
  /** The mean of the newest checkpoint that has scores, a share; `null` where completions are missing. */
  readonly score: { readonly step: number; readonly average: number | null } | null;
  /** Its checkpoints, optimizer state, journals and records, each object once; `null` where damage hides it, or a server. */
  readonly sizeBytes: number | null;
  /** Milliseconds since 1970: when it was begun, and when something of it was stored last; a server does not tell. */
  readonly createdAt: number;
  readonly seenAt: number | null;
}

/** What all runs of a listing share. */
export interface RunLinePorts extends DriverNews {
  readonly store: ObjectStore;
  /** Sizes of all blobs, by key. */
  readonly blobSizes: ReadonlyMap<string, number>;
  /** Keys of all pending markers. */
  readonly pending: ReadonlySet<string>;
}

/** Records that are read at a time. */
const READERS = 8;

/** The lines of runs, in the order of their entries. */
export function runLines(entries: readonly RunEntry[], ports: RunLinePorts): Promise<readonly RunLine[]> {
  return inParallel(entries, READERS, (entry) => runLine(entry, ports));
}

async function runLine({ run, recipe, createdAt }: RunEntry, ports: RunLinePorts): Promise<RunLine> {
  const { store } = ports;
  const own = [
    ...(await store.describe(keys.prefix.run(run))),
    ...(await store.describe(keys.prefix.states(run))),
  ];
  const seenAt = Math.max(createdAt, ...own.map(({ storedAtMs }) => storedAtMs));
  const known = { run, recipe, createdAt, seenAt };
  try {
    const line = await readCheckpointLine(store, run);
    const stored = await find(store, record.run(run));
    return {
      ...known,
      ...(await runProgress(run, stored?.config, line, ports)),
      score: await newestScore(store, line),
      sizeBytes: sum(own.map(({ sizeBytes }) => sizeBytes)) + (await blobBytes(run, ports)),
    };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ...known, state: 'damaged', step: null, steps: null, score: null, sizeBytes: null };
  }
}

async function blobBytes(run: string, { store, blobSizes }: RunLinePorts): Promise<number> {
  const blobs = [...(await runBlobs(store, run))];
  return sum(blobs.map((sha256) => blobSizes.get(keys.blob(sha256)) ?? 0));
}

async function newestScore(store: ObjectStore, line: readonly StoredCheckpoint[]): Promise<RunLine['score']> {
  for (const { checkpoint } of line.toReversed()) {
    const summary =
      checkpoint.evaluation && (await newestSummary(store, evaluationId(checkpoint.evaluation)));
    if (summary) return { step: checkpoint.step, average: headlineScore(summary)?.mean ?? null };
  }
  return null;
}
