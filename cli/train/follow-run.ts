import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import type { Summary } from '#shared/records/summary.ts';
import { readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { findSummary } from '../evaluate/follow-evaluation.ts';

const POLL_MS = 250;

/** A run that is over: its checkpoints in order, each with its scores where it was evaluated. */
export interface TrainedRun {
  readonly checkpoints: readonly { readonly checkpoint: Checkpoint; readonly summary: Summary | null }[];
}

export interface FollowObserver {
  /** Nothing but scores is left to wait for. */
  onPhase(phase: 'scoring'): void;
  /** How many of the evaluations that were open when training was over are done. */
  onPhaseProgress(done: number, total: number): void;
  /** A checkpoint has its scores. */
  onScores(step: number, summary: Summary): void;
}

/** Follows a run in the store until it is trained and each of its checkpoints has its scores. */
export async function followRun(
  store: ObjectStore,
  run: string,
  observer: FollowObserver,
  { isTrained, signal }: { readonly isTrained: () => boolean; readonly signal: AbortSignal },
): Promise<TrainedRun> {
  const scores = new Map<string, Summary>();
  let total = 0; // evaluations that were open when training was over
  for (;;) {
    const trained = isTrained(); // asked first: a checkpoint that is written after this look needs another one
    const line = await readCheckpointLine(store, run);
    const open = await takeScores(store, line, scores, observer);
    if (trained && open === 0) {
      return {
        checkpoints: line.map(({ key, checkpoint }) => ({ checkpoint, summary: scores.get(key) ?? null })),
      };
    }
    if (trained) {
      if (total === 0) observer.onPhase('scoring');
      total ||= open;
      observer.onPhaseProgress(total - open, total);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Adds the scores that have come since, and tells of them. @returns how many evaluations are still open */
async function takeScores(
  store: ObjectStore,
  line: readonly StoredCheckpoint[],
  scores: Map<string, Summary>,
  observer: FollowObserver,
): Promise<number> {
  const pending = new Set(await store.list(keys.prefix.pending));
  let open = 0;
  for (const { key, checkpoint } of line) {
    if (checkpoint.evaluation === null) continue;
    const evaluation = evaluationId(checkpoint.evaluation);
    const known = scores.get(key);
    const summary = known ?? (await findSummary(store, evaluation));
    if (!summary || markersOf(key, evaluation).some((marker) => pending.has(marker))) open++;
    if (!summary || known) continue;
    scores.set(key, summary);
    observer.onScores(checkpoint.step, summary);
  }
  return open;
}

/** Work counts as open until its markers are gone: a runner that is ended before would leave them to the next one. */
function markersOf(checkpoint: string, evaluation: string): readonly string[] {
  return [
    keys.pendingCheckpoint(parseCheckpoint(checkpoint)),
    keys.pendingEvaluation({ evaluation, round: 0 }),
  ];
}
