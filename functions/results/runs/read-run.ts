import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { saturationStep } from '#shared/metrics/saturation.ts';
import { isModelManifest, keys, parseCheckpoint, parseModel } from '#shared/storage/keys.ts';
import { newestScores } from '../evaluations/newest-scores.ts';
import { type ReadingPorts, readNewestState } from '../evaluations/read-evaluation.ts';
import { onceFor } from '../once-for.ts';
import { checkpointLine, type LineCheckpoint, lineSteps } from './checkpoint-line.ts';
import { findRun } from './find-run.ts';
import { runAlerts } from './run-alerts.ts';
import { runLineage } from './run-lineage.ts';
import { runNews } from './run-news.ts';
import { plannedSteps, runProgress } from './run-progress.ts';
import type { RunCheckpoint, RunView } from './run-view.ts';

/** Evaluations that are looked at at a time. */
const READERS = 16;

/** A run's settings and curves, along the checkpoints that lead to its newest. @throws {KnownError} `run-unknown` */
export async function readRun(run: string, ports: ReadingPorts): Promise<RunView> {
  const { store, lists } = ports;
  const stored = await findRun(run, store);
  const line = await checkpointLine(run, ports);
  const news = { ...(await runNews(ports)), store: lists.view() };
  const kept = await keptOf(run, ports);
  const steps = lineSteps(line);
  const { config, codeVersion } = stored;
  return {
    ...{ run, recipe: config.recipe, ...(await runProgress(run, config, line, news)) },
    ...{ codeVersion, config, steps },
    checkpoints: [...(await inParallel(line, READERS, (each) => checkpointView(each, kept, ports)))],
    saturationStep: saturationOf(steps).step,
    alerts: runAlerts(line, plannedSteps(config)),
    ...(await runLineage(run, stored, ports)),
  };
}

const saturationOf = onceFor((steps: RunView['steps']) => ({
  step: saturationStep(steps.map(({ metrics }) => readMetric(metrics, 'reward/mean') ?? 0)),
}));

/** What of a run's checkpoints is still in the store. */
interface Kept {
  /** Digests of models. */
  readonly models: ReadonlySet<string>;
  /** Keys of marks that a checkpoint's state may be gone. */
  readonly released: ReadonlySet<string>;
}

async function keptOf(run: string, { lists }: Pick<ReadingPorts, 'lists'>): Promise<Kept> {
  const models = (await lists.list(keys.prefix.models)).filter(isModelManifest).map(parseModel);
  return { models: new Set(models), released: new Set(await lists.list(keys.prefix.allReleased(run))) };
}

async function checkpointView(
  { key, checkpoint: { step, model }, evaluation }: LineCheckpoint,
  { models, released }: Kept,
  ports: ReadingPorts,
): Promise<RunCheckpoint> {
  return {
    ...{ step, model, evaluation },
    ...(evaluation === null ? { ...UNASKED, status: 'none' } : await scoringOf(evaluation, ports)),
    weights: models.has(model) ? 'kept' : 'deleted',
    resumable: !released.has(keys.released(parseCheckpoint(key))),
  };
}

type Scoring = Pick<RunCheckpoint, 'status' | 'coverage' | 'failed' | 'refused' | 'scores'>;

const UNASKED = { coverage: null, failed: {}, refused: null, scores: null } as const;

async function scoringOf(evaluation: string, ports: ReadingPorts): Promise<Scoring> {
  try {
    const { status, coverage, refused, summary } = await readNewestState(evaluation, ports);
    // While a retry is under way the scores of the round before it stand.
    const shown = summary ?? (await newestScores(evaluation, ports));
    const scores = shown?.graders ?? null;
    return { status, coverage, refused, scores, failed: summary?.coverage.failed ?? {} };
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown')) return { ...UNASKED, status: 'waiting' };
    throw error;
  }
}
