import { readMetric } from '#shared/metrics/metric-table.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Score } from '#shared/records/summary.ts';
import { onceFor } from '../../results/once-for.ts';
import type { RunCheckpoint, RunView } from '../../results/runs/run-view.ts';

/** How the evaluation of a checkpoint stands. `unasked`: none was asked for. */
export type CheckpointState =
  | 'scored'
  | 'waiting'
  | 'running'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'unasked';

/** A checkpoint as a point of a curve. */
export interface CheckpointScore {
  readonly step: number;
  readonly evaluation: string | null;
  readonly state: CheckpointState;
  /** Shards; `null` before they are known. */
  readonly shards: { readonly done: number; readonly failed: number; readonly total: number } | null;
  /** Why shards failed, or the evaluation was refused. */
  readonly reason: string | null;
  /** Completion tokens of all steps up to this one. */
  readonly tokens: number;
  /** By the run's grader; `null` before they are there. */
  readonly average: Score | null;
  readonly benchmarks: readonly BenchmarkScore[];
  /** Its scores stay, but it cannot be evaluated again. */
  readonly deleted: boolean;
}

export interface BenchmarkScore {
  readonly benchmark: string;
  readonly problems: number;
  readonly samplesPerProblem: number;
  readonly score: Score;
}

/** What the training of a run measured, and its scores. */
export interface RunCurves {
  readonly run: string;
  readonly recipe: string;
  readonly steps: RunView['steps'];
  readonly checkpoints: readonly CheckpointScore[];
}

/** The curves of a run. Pure. @param grader - whose verdicts count; `null` leaves the scores out */
export function runCurves({ run, recipe, steps, checkpoints }: RunView, grader: string | null): RunCurves {
  const tokens = tokensByStep(steps);
  return {
    ...{ run, recipe, steps },
    checkpoints: checkpoints.map((checkpoint) => ({
      ...pointOf(checkpoint, grader),
      tokens: tokens.get(checkpoint.step) ?? 0,
    })),
  };
}

/** Completion tokens of all steps up to each. */
const tokensByStep = onceFor((steps: RunView['steps']): ReadonlyMap<number, number> => {
  let tokens = 0;
  return new Map(
    steps.map(({ step, metrics }) => {
      tokens += readMetric(metrics, 'completion/tokens') ?? 0;
      return [step, tokens];
    }),
  );
});

function pointOf(checkpoint: RunCheckpoint, grader: string | null): Omit<CheckpointScore, 'tokens'> {
  const { step, evaluation, coverage, failed, refused, scores, weights } = checkpoint;
  const lost = sum(Object.values(failed));
  const graded = grader === null ? undefined : scores?.[grader];
  const reasons = Object.entries(failed).map(([reason, count]) => `${reason} (${count})`);
  return {
    ...{ step, evaluation, state: stateOf(checkpoint, lost) },
    shards: coverage && { done: coverage.done - lost, failed: lost, total: coverage.shards },
    reason: refused?.detail ?? (reasons.length > 0 ? reasons.join(', ') : null),
    average: graded?.average ?? null,
    benchmarks: (graded?.benchmarks ?? []).map(({ benchmark, problems, samplesPerProblem, score }) => ({
      ...{ benchmark, problems, samplesPerProblem, score },
    })),
    deleted: weights === 'deleted',
  };
}

function stateOf({ status }: RunCheckpoint, lost: number): CheckpointState {
  switch (status) {
    case 'none':
      return 'unasked';
    case 'planning':
      return 'waiting';
    case 'done':
      return lost > 0 ? 'failed' : 'scored';
    case 'waiting':
    case 'running':
    case 'refused':
    case 'cancelled':
      return status;
    default:
      return status satisfies never;
  }
}
