import { sum } from '#shared/metrics/sum.ts';
import type { Score } from '#shared/records/summary.ts';
import type { StepTelemetry } from '#shared/records/telemetry.ts';
import { onceFor } from '../../results/once-for.ts';
import type { RunCheckpoint, RunView } from '../../results/runs/run-view.ts';
import { type Axis, placeAt, type StepPlace, stepPlaces } from './step-places.ts';

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
  /** Of all steps up to this one, as `StepPlace` has them. */
  readonly tokens: number | null;
  readonly hours: number | null;
  readonly usd: number | null;
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
  /** Where its steps stand on every axis, from the beginning. */
  readonly places: readonly StepPlace[];
  readonly checkpoints: readonly CheckpointScore[];
}

/**
 * The curves of a run. Pure.
 *
 * @param grader - whose verdicts count; `null` leaves the scores out
 * @param telemetries - what a clock has seen of its steps
 */
export function runCurves(
  { run, recipe, steps, checkpoints }: RunView,
  grader: string | null,
  telemetries: ReadonlyMap<number, StepTelemetry>,
): RunCurves {
  const places = placesOf(steps)(telemetries);
  return {
    ...{ run, recipe, steps, places },
    checkpoints: checkpoints.map((checkpoint) => {
      const along = (axis: Axis) => placeAt(places, checkpoint.step, axis);
      const place = { tokens: along('tokens'), hours: along('hours'), usd: along('usd') };
      return { ...pointOf(checkpoint, grader), ...place };
    }),
  };
}

const placesOf = onceFor((steps: RunView['steps']) =>
  onceFor((telemetries: ReadonlyMap<number, StepTelemetry>) => stepPlaces(steps, telemetries)),
);

function pointOf(
  checkpoint: RunCheckpoint,
  grader: string | null,
): Omit<CheckpointScore, keyof StepPlace> & Pick<CheckpointScore, 'step'> {
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
