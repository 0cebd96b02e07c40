import { KnownError } from '#shared/errors.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { saturationStep } from '#shared/metrics/saturation.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { RunView } from './run-view.ts';

type ReadingPorts = Pick<ResultsPorts, 'store' | 'lists'>;

/** A run's settings and curves, along the checkpoints that lead to its newest. @throws {KnownError} `run-unknown` */
export async function readRun(run: string, ports: ReadingPorts): Promise<RunView> {
  const { config, codeVersion } = await findRun(run, ports.store);
  const line = (await readCheckpointLine(ports.store, run)).map(({ checkpoint }) => checkpoint);
  const steps = line.flatMap((checkpoint) => checkpoint.steps);
  return {
    ...{ run, recipe: config.recipe, codeVersion, config, steps },
    checkpoints: await Promise.all(line.map((checkpoint) => withScores(checkpoint, ports))),
    saturationStep: saturationStep(steps.map(({ metrics }) => readMetric(metrics, 'reward/mean') ?? 0)),
  };
}

async function findRun(run: string, store: ObjectStore) {
  const stored = await find(store, record.run(run));
  if (stored) return stored;
  throw new KnownError('run-unknown', `There is no run ${run}. GET /v1/runs lists those there are.`);
}

async function withScores(
  { step, model, evaluation: request }: Checkpoint,
  { store, lists }: ReadingPorts,
): Promise<RunView['checkpoints'][number]> {
  if (request === null) return { step, model, evaluation: null, scores: null };
  const evaluation = evaluationId(request);
  const round = await latestRound(evaluation, lists);
  const summary = await find(store, record.summary({ evaluation, round }));
  return { step, model, evaluation, scores: summary?.graders ?? null };
}
