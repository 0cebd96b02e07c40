import { evaluationRequest, type StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, Grader, GraderName } from '#shared/records/evaluations.ts';
import { readProblemSet } from '#shared/storage/problem-sets.ts';
import { verifierVersion } from '#shared/verifier/verifier-version.ts';
import { storeBenchmarks } from '../push/store-benchmarks.ts';
import { goingOn, ONNX } from './choose-generator.ts';
import type { EvalOptions } from './eval-options.ts';

type Changes = Pick<EvalOptions, 'benchmarks' | 'limit' | 'maxTokens' | 'samples' | 'template' | 'graders'>;

/**
 * What each checkpoint of a run is scored by: the run's own request, or what the command line changes of it. Benchmarks
 * that the run has keep their problems and protocol, and whatever is not named stays as it is there, who makes the
 * completions included; by other graders
 * alone, the same completions are judged.
 *
 * @param own - `null` where the run's checkpoints are not evaluated
 * @throws {KnownError} `benchmarks-missing` where neither says what to score
 */
export async function runRequest(
  store: ObjectStore,
  own: EvaluationRequest | null,
  model: string,
  changes: Changes,
  env: NodeJS.ProcessEnv,
): Promise<EvaluationRequest> {
  const names = changes.benchmarks ?? own?.generation.sets.map(({ benchmark }) => benchmark);
  if (names === undefined) {
    throw new KnownError(
      'benchmarks-missing',
      'The checkpoints of this run are evaluated by nothing of its own: name --benchmarks.',
    );
  }
  const { graders, ...making } = changes;
  if (own && Object.values(making).every((value) => value === undefined))
    return graders === undefined ? own : { ...own, graders: graders.map(currentGrader) };
  const benchmarks = await Promise.all(
    names.map(async (name) => (own && (await ownBenchmark(store, own, name))) ?? oneOf(store, name, env)),
  );
  const [source] = Object.values(own?.problemSets ?? {});
  const settings = {
    benchmarks: names,
    template: changes.template ?? own?.generation.template.kind ?? 'chat',
    graders: graders ?? own?.graders.map(({ name }) => name) ?? ['reward'],
    limit: changes.limit ?? source?.limit,
    maxTokens: changes.maxTokens,
    samples: changes.samples,
  };
  const request = evaluationRequest({ model, generatorVersion, benchmarks, settings });
  // Another version of our decoder may make other completions than it says; a server says its own.
  const by = own ? goingOn(own.generation) : ONNX;
  return { ...request, generation: { ...request.generation, ...by } };
}

function currentGrader(name: GraderName): Grader {
  return { name, version: verifierVersion };
}

/** A benchmark as the run has it: the problems that were stored for it, sampled as there. */
async function ownBenchmark(
  store: ObjectStore,
  { generation, problemSets }: EvaluationRequest,
  name: string,
): Promise<StoredBenchmark | undefined> {
  const set = generation.sets.find(({ benchmark }) => benchmark === name);
  const source = problemSets[name];
  if (!set || !source) return undefined;
  const { samples, temperature, topP, maxTokens } = set;
  const problems = await readProblemSet(store, source.digest);
  return { name, samples, temperature, topP, maxTokens, digest: source.digest, problems };
}

async function oneOf(store: ObjectStore, name: string, env: NodeJS.ProcessEnv): Promise<StoredBenchmark> {
  const [stored] = await storeBenchmarks(store, [name], env);
  return stored as StoredBenchmark; // one for each name
}
