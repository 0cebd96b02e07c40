import type { Alert } from '#shared/alerts/alert-rules.ts';
import { hasCode } from '#shared/errors.ts';
import { postSaturationRise } from '#shared/metrics/post-saturation-rise.ts';
import { EvaluationRequest } from '#shared/records/evaluations.ts';
import { compareEvaluations } from '../../results/evaluations/compare-evaluations.ts';
import { type Comparison, MARGIN } from '../../results/evaluations/comparison-view.ts';
import { headlineGrader } from '../../results/evaluations/headline-score.ts';
import { findRun } from '../../results/runs/find-run.ts';
import { readRun } from '../../results/runs/read-run.ts';
import { plannedSteps } from '../../results/runs/run-progress.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import { stalledEvaluation } from '../../results/runs/stalled-evaluation.ts';
import { stepTelemetries } from '../../results/runs/step-telemetries.ts';
import { type TrainingProblem, trainingProblems } from '../../results/runs/training-problems.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type Protocol, protocolOf } from '../protocol.ts';
import { formatControl } from './format-control.ts';
import { newestRuns } from './newest-runs.ts';
import { type RunCurves, runCurves } from './run-curves.ts';
import { scoredOf } from './run-words.ts';
import { type SeedMeans, seedMeans } from './seed-means.ts';
import { seedRuns } from './seed-runs.ts';

/** Of a run that trains on many, the first. */
const MOST_PROBLEMS = 3;

/** All that the page of a run shows. Scores are shares. */
export interface RunData extends RunCurves {
  readonly codeVersion: string;
  readonly state: RunView['state'];
  /** The last step that is done, and how many there are to be; `null` where its settings do not say. */
  readonly step: number | null;
  readonly plannedSteps: number | null;
  /** Where each driver after the first went on; `null`: from the beginning. */
  readonly restarts: RunView['restarts'];
  readonly forkOf: RunView['forkOf'];
  readonly grader: string | null;
  readonly saturationStep: number | null;
  /** What its steps, and scores that do not come, give reason to tell. */
  readonly alerts: readonly Alert[];
  /** How far the mean rose after saturation, at its best checkpoint. */
  readonly riseAfterSaturation: { readonly rise: number; readonly step: number } | null;
  /** The newest scored checkpoint against the first, paired by problem. */
  readonly gain: Gain | null;
  /** A run to hold this one against: one rewarded for a closed box, or the one that was asked for. */
  readonly control: RunCurves | null;
  /** Runs with the same settings but another seed that have scores, and what all score together; `null` where there are none. */
  readonly seeds: { readonly others: readonly RunCurves[]; readonly means: SeedMeans } | null;
  readonly problems: readonly TrainingProblem[];
  readonly problemCount: number;
  /** How each benchmark is sampled. */
  readonly protocol: Protocol | null;
  /** Every setting, as resolved. */
  readonly config: RunView['config'];
}

export interface Gain {
  readonly first: { readonly step: number; readonly evaluation: string };
  readonly second: { readonly step: number; readonly evaluation: string };
  readonly mean: number | null;
  readonly interval: readonly [number, number] | null;
}

/**
 * Gathers the page of a run.
 *
 * @param control - id of the run to hold it against, `none`, or `undefined` for its format control where there is one
 * @throws {KnownError} `run-unknown`
 */
export async function readRunData(
  run: string,
  control: string | undefined,
  ports: DashboardPorts,
): Promise<RunData> {
  const view = await readRun(run, ports);
  const request = EvaluationRequest.safeParse(view.config['evaluation']).data;
  const grader = headlineGrader(request?.graders.map(({ name }) => name) ?? []) ?? null;
  const curves = runCurves(view, grader, await stepTelemetries(run, ports));
  const others = await newestRuns(ports);
  const stalled = await stalledEvaluation(run, view.checkpoints, ports.clock.now(), ports);
  const problems = [...(await trainingProblems(await findRun(run, ports.store), ports.store)).values()];
  return {
    ...curves,
    ...{
      codeVersion: view.codeVersion,
      state: view.state,
      step: view.step,
      plannedSteps: plannedSteps(view.config),
    },
    ...{ restarts: view.restarts, forkOf: view.forkOf },
    grader,
    saturationStep: view.saturationStep,
    alerts: [...view.alerts, ...(stalled ? [stalled] : [])],
    riseAfterSaturation: postSaturationRise(meansOf(curves), view.saturationStep),
    gain: await gainOf(curves, grader, ports),
    control: await controlOf(view.run, control ?? formatControl(view, others), grader, ports),
    seeds: await seedsOf(seedRuns(view, others), curves, grader, ports),
    problems: problems.slice(0, MOST_PROBLEMS),
    problemCount: problems.length,
    protocol: request ? protocolOf(request) : null,
    config: view.config,
  };
}

function meansOf({ checkpoints }: RunCurves): { readonly step: number; readonly score: number }[] {
  return checkpoints.flatMap(({ step, average }) =>
    typeof average?.mean === 'number' ? [{ step, score: average.mean }] : [],
  );
}

async function gainOf(
  { checkpoints }: RunCurves,
  grader: string | null,
  ports: DashboardPorts,
): Promise<Gain | null> {
  const scored = checkpoints.filter(({ average }) => average !== null);
  const [first, second] = [scored[0], scored.at(-1)];
  if (!first?.evaluation || !second?.evaluation || first === second || grader === null) return null;
  const ends = {
    first: { step: first.step, evaluation: first.evaluation },
    second: { step: second.step, evaluation: second.evaluation },
  };
  const average = await averageDifference(first.evaluation, second.evaluation, ports);
  return { ...ends, mean: average?.difference ?? null, interval: average?.interval ?? null };
}

/** `null` where nothing can be paired, or a retry is under way. */
async function averageDifference(
  first: string,
  second: string,
  ports: DashboardPorts,
): Promise<Comparison['average']> {
  try {
    const { read } = await compareEvaluations(first, [second], { margin: MARGIN }, ports);
    return (await read())[0]?.average ?? null;
  } catch (error) {
    if (hasCode(error, 'evaluation-unfinished') || hasCode(error, 'nothing-shared')) return null;
    throw error;
  }
}

async function controlOf(
  run: string,
  wanted: string | undefined,
  grader: string | null,
  ports: DashboardPorts,
): Promise<RunCurves | null> {
  const isNone = wanted === undefined || wanted === 'none' || wanted === run;
  return isNone ? null : curvesOf(wanted, grader, ports);
}

async function curvesOf(run: string, grader: string | null, ports: DashboardPorts): Promise<RunCurves> {
  return runCurves(await readRun(run, ports), grader, await stepTelemetries(run, ports));
}

/** One without any score has nothing to draw, and would leave no step at which all have one. */
async function seedsOf(
  runs: readonly string[],
  curves: RunCurves,
  grader: string | null,
  ports: DashboardPorts,
): Promise<RunData['seeds']> {
  const others: RunCurves[] = [];
  for (const run of runs) {
    const found = await curvesOf(run, grader, ports);
    if (scoredOf(found.checkpoints).length > 0) others.push(found);
  }
  return others.length === 0 ? null : { others, means: seedMeans([curves, ...others]) };
}
