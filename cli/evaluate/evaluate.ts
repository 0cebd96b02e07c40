/**
 * From a model and names of benchmarks to a summary: `oneshot eval`, and the request of each checkpoint of a run.
 *
 * `eval-model.ts` is the command, `choose-generator.ts` says who makes the completions, and `evaluation-server.ts` starts vLLM
 * where that does. `follow-evaluation.ts` waits for the store and `evaluation-progress.ts` says how far it
 * is. The work itself is done by a runner (`processes/`) or a deployment. Imports `push/`, `report/` and what lies below.
 */
import type { Place } from '#shared/adapters/open-place.ts';
import { type EvaluationSettings, evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { sendTo } from '#shared/messaging/send.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, RoundManifest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type RunnerObserver, startRunner } from '../processes/start-runner.ts';
import { storeBenchmarks } from '../push/store-benchmarks.ts';
import type { ProgressEntry } from '../terminal/progress.ts';
import { type Generation, ONNX } from './choose-generator.ts';
import { EvaluationProgress } from './evaluation-progress.ts';
import { evaluationServer } from './evaluation-server.ts';
import { findSummary, followEvaluation } from './follow-evaluation.ts';

/**
 * The request that scores a model by these settings, its problems brought into the store.
 *
 * @param by - who makes the completions
 */
export async function prepareRequest(
  store: ObjectStore,
  model: string,
  settings: EvaluationSettings,
  env: NodeJS.ProcessEnv,
  by: Generation = ONNX,
): Promise<EvaluationRequest> {
  const benchmarks = await storeBenchmarks(store, settings.benchmarks, env);
  const request = evaluationRequest({ model, generatorVersion, benchmarks, settings });
  return { ...request, generation: { ...request.generation, ...by } };
}

export interface EvaluateOptions {
  readonly workers: number;
  readonly threads: number;
  readonly onProgress: (entry: ProgressEntry) => void;
  readonly onProblem: (entry: LogEntry) => void;
}

/** The summary of a request: what is stored, or what a runner makes now. The same request twice runs once. */
export async function evaluate(
  place: Place,
  request: EvaluationRequest,
  { workers, threads, onProgress, onProblem }: EvaluateOptions,
): Promise<{ readonly evaluation: string; readonly summary: Summary }> {
  const { home, store, queues, remote } = place;
  const evaluation = evaluationId(request);
  const stored = await findSummary(store, evaluation);
  if (stored) return { evaluation, summary: stored };
  onProgress({ phase: 'starting', text: 'starting what the evaluation needs' });
  // First, since it may fail: what is asked of the queue stays asked.
  const server = await evaluationServer(request.generation, place, onProblem, process.env);
  await put(store, record.evaluationRequest(evaluation), request);
  await sendTo(queues)({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 });
  const progress = new EvaluationProgress();
  const onMade: RunnerObserver['onMade'] = (about, shard, made) => {
    if (about !== evaluation) return; // another one of this home
    progress.onMade(shard, made);
    onProgress(progress.entry());
  };
  const runner = remote
    ? undefined
    : startRunner({ home, workers, threads, env: server?.runnerEnv }, { onProblem, onMade });
  const over = new AbortController();
  try {
    const onScored = (manifest: RoundManifest, shards: number[]) => {
      progress.onScored(manifest, shards);
      onProgress(progress.entry());
    };
    const following = followEvaluation(store, evaluation, { onScored, signal: over.signal });
    const failures = [runner, server].flatMap((each) => (each ? [each.failure()] : []));
    return { evaluation, summary: await Promise.race([following, ...failures]) };
  } finally {
    over.abort();
    await runner?.stop().catch(() => {});
    await server?.stop();
  }
}
