import { setTimeout as sleep } from 'node:timers/promises';
import { isWhole } from '#shared/metrics/is-whole.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Refused } from '#shared/records/evaluations.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import type { Summary } from '#shared/records/summary.ts';
import { readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { newestEnd, type RoundEnd } from '#shared/storage/newest-end.ts';

const POLL_MS = 250;

/** A run whose training is over: its checkpoints in order, each with the scores that it has by then. */
export interface TrainedRun {
  readonly checkpoints: readonly { readonly checkpoint: Checkpoint; readonly summary: Summary | null }[];
  /** Steps of the checkpoints that are owed scores and have none, or some with holes. */
  readonly unscored: readonly number[];
}

export interface FollowObserver {
  /** Nothing but scores is left to wait for. */
  onPhase(phase: 'scoring'): void;
  /** How many of the evaluations that were open when training was over are done. */
  onPhaseProgress(done: number, total: number): void;
  /** A checkpoint has its scores. */
  onScores(step: number, summary: Summary): void;
  /** A checkpoint will have none until somebody asks again. */
  onRefused(step: number, refused: Refused): void;
}

interface Following {
  readonly isTrained: () => boolean;
  /** Whether the scores of each checkpoint are waited for. */
  readonly waits: boolean;
  readonly signal: AbortSignal;
}

/** Follows a run in the store until it is trained and, where somebody waits for them, its scores are there. */
export async function followRun(
  store: ObjectStore,
  run: string,
  observer: FollowObserver,
  { isTrained, waits, signal }: Following,
): Promise<TrainedRun> {
  const ends = new Map<string, RoundEnd>();
  let total = 0; // evaluations that were open when training was over
  for (;;) {
    const trained = isTrained(); // asked first: a checkpoint that is written after this look needs another one
    const line = await readCheckpointLine(store, run);
    const open = await takeEnds(store, line, ends, observer);
    if (trained && (open === 0 || !waits)) return trainedRun(line, ends);
    if (trained) {
      if (total === 0) observer.onPhase('scoring');
      total ||= open;
      observer.onPhaseProgress(total - open, total);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

function trainedRun(line: readonly StoredCheckpoint[], ends: ReadonlyMap<string, RoundEnd>): TrainedRun {
  const checkpoints = line.map(({ key, checkpoint }) => {
    const end = ends.get(key);
    return { checkpoint, summary: end?.kind === 'scored' ? end.summary : null };
  });
  const owed = checkpoints.filter(({ checkpoint }) => checkpoint.evaluation !== null);
  const unscored = owed.filter(({ summary }) => summary === null || !isWhole(summary));
  return { checkpoints, unscored: unscored.map(({ checkpoint }) => checkpoint.step) };
}

/** Adds what has ended since, and tells of it. @returns how many evaluations are still open */
async function takeEnds(
  store: ObjectStore,
  line: readonly StoredCheckpoint[],
  ends: Map<string, RoundEnd>,
  observer: FollowObserver,
): Promise<number> {
  const pending = await store.list(keys.prefix.pending);
  let open = 0;
  for (const { key, checkpoint } of line) {
    if (checkpoint.evaluation === null) continue;
    const evaluation = evaluationId(checkpoint.evaluation);
    const known = ends.get(key);
    const end = known ?? (await newestEnd(store, evaluation));
    if (!end || isPending(pending, key, evaluation)) open++;
    if (!end || known) continue;
    ends.set(key, end);
    if (end.kind === 'scored') observer.onScores(checkpoint.step, end.summary);
    else observer.onRefused(checkpoint.step, end.refused);
  }
  return open;
}

/** Work counts as open until its markers are gone: a runner that is ended before would leave them to the next one. */
function isPending(pending: readonly string[], checkpoint: string, evaluation: string): boolean {
  const marker = keys.pendingCheckpoint(parseCheckpoint(checkpoint));
  const rounds = keys.prefix.pendingRounds(evaluation);
  return pending.some((key) => key === marker || key.startsWith(rounds));
}
