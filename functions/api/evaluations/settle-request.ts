import { evaluationRequest, type StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, GeneratorSpec } from '#shared/records/evaluations.ts';
import { newestProblemSet } from '#shared/storage/problem-set-index.ts';
import { readProblemSet } from '#shared/storage/problem-sets.ts';
import { endpointUnknown } from '../../admission/admissible.ts';
import type { ApiHost, ApiPorts } from '../api-ports.ts';
import {
  type BenchmarkChoice,
  type EvaluationBody,
  type GeneratorChoice,
  nameOf,
} from './evaluation-body.ts';

export type SettlingPorts = Pick<ApiPorts, 'store' | 'benchmark' | 'host'>;

/**
 * Everything that the identity of an evaluation needs, from what is stored.
 *
 * @throws {KnownError} `benchmark-unknown`, `problem-set-missing`, `problem-set-mismatch`, `endpoint-unknown`,
 * `samples-equal`, `precision-unsupported`
 */
export async function settleRequest(
  { model, benchmarks, graders, template, limit, maxTokens, samples, generator, precision }: EvaluationBody,
  { store, benchmark, host }: SettlingPorts,
): Promise<EvaluationRequest> {
  const spec = generatorSpec(generator, host);
  if (precision !== undefined && spec.kind !== 'onnx') throw precisionOfDecoder(precision);
  const stored: StoredBenchmark[] = [];
  for (const choice of benchmarks) {
    const { expectedTokens: _, ...protocol } = benchmark(nameOf(choice));
    stored.push({ ...protocol, name: nameOf(choice), ...(await storedSet(choice, store)) });
  }
  const request = evaluationRequest({
    model,
    generatorVersion: host.generatorVersion,
    benchmarks: stored,
    settings: { benchmarks: benchmarks.map(nameOf), template, graders, limit, maxTokens, samples },
  });
  const by = { generator: spec, ...(precision === undefined ? {} : { precision }) };
  return { ...request, generation: { ...request.generation, ...by } };
}

async function storedSet(
  choice: BenchmarkChoice,
  store: ObjectStore,
): Promise<Pick<StoredBenchmark, 'digest' | 'problems'>> {
  const name = nameOf(choice);
  const digest = typeof choice === 'string' ? await newestProblemSet(store, name) : choice.problemSet;
  if (digest === undefined) {
    throw new KnownError(
      'problem-set-missing',
      `No problem set was pushed as ${name}. Push one with \`oneshot data push ${name}\`, then ask again.`,
    );
  }
  const problems = await readProblemSet(store, digest);
  const foreign = problems.find(({ id }) => !id.startsWith(`${name}/`));
  if (foreign === undefined && problems.length > 0) return { digest, problems };
  throw new KnownError(
    'problem-set-mismatch',
    `The problem set ${digest} is not one of ${name}: ` +
      `${foreign ? `it holds ${foreign.id}` : 'it is empty'}. Name the benchmark that it was pushed for.`,
  );
}

function precisionOfDecoder(precision: string): KnownError {
  const message = `precision ${precision} is about the generator onnx: a recording and an endpoint have their own. Leave it out.`;
  return new KnownError('precision-unsupported', message);
}

function generatorSpec(choice: GeneratorChoice, { generatorVersion, endpoints }: ApiHost): GeneratorSpec {
  if (choice === 'onnx') return { kind: 'onnx', version: generatorVersion };
  if ('recorded' in choice) return { kind: 'recorded', completions: choice.recorded };
  const version = Object.hasOwn(endpoints, choice.endpoint) ? endpoints[choice.endpoint] : undefined;
  if (version !== undefined) return { kind: 'endpoint', name: choice.endpoint, version };
  throw endpointUnknown(choice.endpoint, Object.keys(endpoints));
}
