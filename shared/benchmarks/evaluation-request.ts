import { digestId } from '../encoding/digest.ts';
import { KnownError } from '../errors.ts';
import type { EvaluationRequest, GenerationSpec, GraderName, TemplateKind } from '../records/evaluations.ts';
import type { Problem } from '../records/problems.ts';
import { goldsDigest, problemsDigest } from '../storage/evaluation-identity.ts';
import { verifierVersion } from '../verifier/verifier-version.ts';
import { promptTemplates } from './prompt-template.ts';

/** What to evaluate, before problems and versions are looked up. */
export interface EvaluationSettings {
  readonly benchmarks: readonly string[];
  readonly template: TemplateKind;
  readonly graders: readonly GraderName[];
  /** Only the first problems of each set. */
  readonly limit?: number | undefined;
  /** Instead of each set's own limit of new tokens. */
  readonly maxTokens?: number | undefined;
  /** Samples of each problem instead of each set's own, of sets that are not greedy: there they would all be equal. */
  readonly samples?: number | undefined;
}

/** A benchmark with its problems, as stored under `digest`. */
export interface StoredBenchmark {
  readonly name: string;
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly digest: string;
  readonly problems: readonly Problem[];
}

/** Tokens that end an evaluation's completions besides the model's own [method: evaluation stop strings]. */
const STOP = ['</s>', '<|im_end|>', '<|endoftext|>'];

/**
 * Settles everything that an evaluation's identity needs, so that plan can only run or refuse it.
 *
 * A benchmark or grader that is named twice is asked for once.
 *
 * @throws {KnownError} `benchmarks-missing` when there is none, `problem-set-mismatch` for one of two problem sets,
 * `samples-equal` for samples of greedy sets alone
 */
export function evaluationRequest({
  model,
  generatorVersion,
  benchmarks,
  settings,
}: {
  readonly model: string;
  readonly generatorVersion: string;
  readonly benchmarks: readonly StoredBenchmark[];
  readonly settings: EvaluationSettings;
}): EvaluationRequest {
  if (benchmarks.length === 0)
    throw new KnownError('benchmarks-missing', 'Name at least one benchmark to evaluate.');
  const { template, graders, limit, maxTokens } = settings;
  if (settings.samples !== undefined && benchmarks.every(isGreedy)) throw samplesEqual(benchmarks);
  const limited = onceEach(benchmarks).map((benchmark) => ({
    ...benchmark,
    problems: benchmark.problems.slice(0, limit),
  }));
  const generation: GenerationSpec = {
    model,
    template: { kind: template, digest: digestId(promptTemplates[template]) },
    stop: STOP,
    precision: 'fp32',
    generator: { kind: 'onnx', version: generatorVersion },
    seed: 0,
    sets: limited.map(({ name, temperature, topP, problems, ...set }) => ({
      benchmark: name,
      problems: problemsDigest(problems),
      samples: isGreedy({ temperature }) ? set.samples : (settings.samples ?? set.samples),
      temperature,
      topP,
      maxTokens: maxTokens ?? set.maxTokens,
    })),
  };
  return {
    schemaVersion: 1,
    generation,
    problemSets: Object.fromEntries(
      limited.map(({ name, digest }) => [name, { digest, ...(limit === undefined ? {} : { limit }) }]),
    ),
    golds: goldsDigest(limited.flatMap(({ problems }) => problems)),
    graders: [...new Set(graders)].map((name) => ({ name, version: verifierVersion })),
  };
}

function onceEach(benchmarks: readonly StoredBenchmark[]): readonly StoredBenchmark[] {
  const byName = new Map(benchmarks.map((benchmark) => [benchmark.name, benchmark]));
  const other = benchmarks.find(({ name, digest }) => byName.get(name)?.digest !== digest);
  if (!other) return [...byName.values()];
  throw new KnownError(
    'problem-set-mismatch',
    `The benchmark ${other.name} is named with two problem sets. Ask for one of them, or for each in an evaluation of its own.`,
  );
}

/** Whether every completion takes the likeliest token, so that all samples of a problem are equal. */
export function isGreedy({ temperature }: { readonly temperature: number }): boolean {
  return temperature === 0;
}

function samplesEqual(benchmarks: readonly StoredBenchmark[]): KnownError {
  const names = benchmarks.map(({ name }) => name).join(', ');
  return new KnownError(
    'samples-equal',
    `Samples of ${names} would all be equal: temperature 0 takes the likeliest token. Leave the number of samples out, ` +
      'or name a benchmark that is sampled, as `oneshot benchmarks` shows.',
  );
}

/** The same evaluation of another model, such as a run's next checkpoint. */
export function requestFor(model: string, request: EvaluationRequest): EvaluationRequest {
  return { ...request, generation: { ...request.generation, model } };
}
