/**
 * From models and names of benchmarks to summaries: `oneshot eval`, and the request of each checkpoint of a run.
 *
 * `watch-folder.ts` takes the checkpoints of another trainer (`watched-folders.ts`) as a run of ours (`add-checkpoint.ts`).
 * `eval-model.ts` scores a folder, `eval-precisions.ts` in several precisions, and `eval-run.ts` the checkpoints of a run, which `choose-checkpoints.ts` picks and
 * `run-request.ts` says by what; `taken-over-note.ts` tells what other evaluations had of it. `follow-round.ts` and `follow-run.ts` wait for the store, `evaluation-progress.ts` says how far it is and
 * `assert-covered.ts` what a score lacks. `choose-generator.ts` says who makes the completions, and `evaluation-server.ts`
 * starts vLLM where that does. The work itself is done by a runner (`processes/`) or a deployment. Imports
 * `push/`, `report/`, `compare/` and what lies below.
 */
import { askAgain } from '#functions/round/ask-again.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import { type EvaluationSettings, evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { isWhole } from '#shared/metrics/is-whole.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, RoundManifest, TakenOver } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import type { RoundEnd } from '#shared/storage/newest-end.ts';
import { newestSummary } from '#shared/storage/newest-summary.ts';
import { type Runner, type RunnerObserver, startRunner } from '../processes/start-runner.ts';
import { storeBenchmarks } from '../push/store-benchmarks.ts';
import type { ProgressEntry } from '../terminal/progress.ts';
import type { Servers } from '../vllm/start-servers.ts';
import { evaluationNeeds } from '../workers/evaluation-needs.ts';
import {
  type AskedSplit,
  measuringEntry,
  oneWorker,
  settleSplit,
  worldHere,
} from '../workers/settle-split.ts';
import type { Split } from '../workers/split.ts';
import { summaryOf } from './assert-covered.ts';
import { type Generation, ONNX } from './choose-generator.ts';
import { EvaluationProgress } from './evaluation-progress.ts';
import { evaluationServer } from './evaluation-server.ts';
import { followRound } from './follow-round.ts';

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

export interface EvaluateOptions extends AskedSplit {
  /** How far the request of this index has come, while it is waited for. */
  readonly onProgress: (entry: ProgressEntry, index: number) => void;
  /** Which completions the request of this index need not have made; once, where there are any. */
  readonly onTakenOver: (taken: TakenOver, index: number) => void;
  readonly onProblem: (entry: LogEntry) => void;
}

/** What became of a request. */
export interface Evaluated {
  readonly ref: RoundRef;
  readonly end: RoundEnd;
}

/**
 * The ends of requests, in their order, each as soon as it is there: what is stored and whole, or what a runner makes now.
 * The same request twice runs once; of a round that failed in part, what failed runs again.
 *
 * @throws {KnownError} `rounds-exhausted`, or as the runner dies
 */
export async function* evaluateAll(
  place: Place,
  requests: readonly EvaluationRequest[],
  options: EvaluateOptions,
): AsyncGenerator<Evaluated> {
  const { store, queues } = place;
  const ports = { store, send: sendTo(queues), clock: { now: Date.now } };
  // First, since it may fail: what is asked of the queue stays asked.
  const server = await serverOf(requests, place, options.onProblem);
  const asked = [];
  for (const request of requests) asked.push(await askAgain(request, ports));
  const progress = new Map(asked.map(({ ref }) => [ref.evaluation, new EvaluationProgress()]));
  const isOpen = asked.some(({ summary }) => summary === undefined);
  const onMade: RunnerObserver['onMade'] = (evaluation, shard, made) => {
    progress.get(evaluation)?.onMade(shard, made); // another one of this home has none
  };
  const { home, remote } = place;
  const { onProblem } = options;
  const runner =
    isOpen && !remote
      ? startRunner(
          { home, ...(await splitFor(requests, store, options)), env: server?.runnerEnv },
          { onProblem, onMade },
        )
      : undefined;
  const over = new AbortController();
  try {
    for (const [index, { ref, summary }] of asked.entries()) {
      if (summary) {
        yield { ref, end: { kind: 'scored', summary } };
        continue;
      }
      // There is one for each that was asked for.
      const shown = progress.get(ref.evaluation) as EvaluationProgress;
      const onScored = (manifest: RoundManifest, shards: number[]) => {
        shown.onScored(manifest, shards);
        options.onProgress(shown.entry(), index);
      };
      const onTakenOver = (taken: TakenOver) => options.onTakenOver(taken, index);
      const following = followRound(store, ref, { onScored, onTakenOver, signal: over.signal });
      yield { ref, end: await Promise.race([following, ...failuresOf(runner, server)]) };
    }
  } finally {
    over.abort();
    await runner?.stop().catch(() => {});
    await server?.stop();
  }
}

/** The summary of one request. @throws {KnownError} with the code of its refusal, and as `evaluateAll` does */
export async function evaluate(
  place: Place,
  request: EvaluationRequest,
  options: EvaluateOptions,
): Promise<{ readonly evaluation: string; readonly summary: Summary }> {
  for await (const { ref, end } of evaluateAll(place, [request], options))
    return { evaluation: ref.evaluation, summary: summaryOf(ref, end) };
  throw new Error('each request has an end');
}

/** The server for requests of which one is not whole yet: all of them are made by the same generator. */
async function serverOf(
  requests: readonly EvaluationRequest[],
  place: Place,
  onProblem: (entry: LogEntry) => void,
): Promise<Servers | undefined> {
  for (const request of requests) {
    const summary = await newestSummary(place.store, evaluationId(request));
    if (!summary || !isWhole(summary))
      return evaluationServer(request.generation, place, onProblem, process.env);
  }
  return undefined;
}

/** How the cores make what is not stored yet. */
async function splitFor(
  requests: readonly EvaluationRequest[],
  store: ObjectStore,
  options: EvaluateOptions,
): Promise<Split> {
  const byDecoder = requests.filter(({ generation }) => generation.generator.kind === 'onnx');
  const world = await worldHere(process.env, (done, total) =>
    options.onProgress(measuringEntry(done, total), 0),
  );
  if (byDecoder.length === 0) return oneWorker(options, world.cores);
  return settleSplit(options, () => evaluationNeeds(byDecoder, store), world);
}

function failuresOf(...processes: readonly (Runner | Servers | undefined)[]): Promise<never>[] {
  return processes.flatMap((each) => (each ? [each.failure()] : []));
}
