import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, GenerationSpec } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { goldsDigest, problemsDigest } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** What the hosts of the generate stage can do. */
export interface Capacity {
  /** Largest model that the `onnx` generator can load, bytes of its policy files. */
  readonly maxModelBytes: number;
  /** Cost of making tokens with a model of that size, USD. */
  readonly costUsd: (tokens: number, modelBytes: number) => number;
  /** Names of the endpoints that the deployment allows. */
  readonly endpoints: readonly string[];
}

export interface Admission {
  readonly store: ObjectStore;
  readonly expectedTokens: (benchmark: string) => number;
  readonly capacity: Capacity;
  readonly maxCostUsd: number | undefined;
}

/**
 * Everything that a request needs is there, is what its digests say, and can run here at the price allowed.
 *
 * @throws {KnownError} `model-missing`, `model-too-large`, `completions-missing`, `endpoint-unknown`, `cost-too-high`,
 * `request-inconsistent`
 */
export async function admit(
  request: EvaluationRequest,
  { store, expectedTokens, capacity, maxCostUsd }: Admission,
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const modelBytes = await generatorBytes(request.generation, store, capacity);
  const sets = await readProblems(store, request);
  for (const { benchmark, problems } of request.generation.sets) {
    if (problemsDigest(sets.get(benchmark) ?? []) !== problems)
      throw inconsistent(`The problems of ${benchmark} are not those of the request.`);
  }
  if (goldsDigest([...sets.values()].flat()) !== request.golds)
    throw inconsistent('The reference answers are not those of the request.');
  const costUsd = capacity.costUsd(tokensOf(request.generation, sets, expectedTokens), modelBytes);
  if (maxCostUsd !== undefined && costUsd > maxCostUsd) {
    throw new KnownError(
      'cost-too-high',
      `The round would cost about ${costUsd.toFixed(2)} USD, more than the ${maxCostUsd.toFixed(2)} allowed. ` +
        'Raise maxCostUsd, or ask for fewer benchmarks or samples.',
    );
  }
  return sets;
}

function inconsistent(detail: string): KnownError {
  return new KnownError('request-inconsistent', detail);
}

/** Size of the model that the generator loads; 0 where it loads none. */
async function generatorBytes(
  { generator, model }: GenerationSpec,
  store: ObjectStore,
  { maxModelBytes, endpoints }: Capacity,
): Promise<number> {
  if (generator.kind === 'recorded') {
    if (await store.get(keys.blob(generator.completions), { start: 0, end: 1 })) return 0;
    throw new KnownError(
      'completions-missing',
      `The store has no recorded completions ${generator.completions}. Put the file there as ` +
        `${keys.blob(generator.completions)}, then ask again.`,
    );
  }
  const manifest = await find(store, record.model(model));
  if (!manifest)
    throw new KnownError(
      'model-missing',
      `The store has no model ${model}. Push it with \`oneshot model push\`, then ask again.`,
    );
  const bytes = Object.values(manifest.files).reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  if (generator.kind === 'endpoint') {
    if (endpoints.includes(generator.name)) return bytes;
    throw new KnownError(
      'endpoint-unknown',
      `The deployment allows no endpoint "${generator.name}". Allowed: ${endpoints.join(', ') || 'none'}.`,
    );
  }
  if (bytes <= maxModelBytes) return bytes;
  throw new KnownError(
    'model-too-large',
    `The model has ${megabytes(bytes)} MB, more than the ${megabytes(maxModelBytes)} MB that a worker here can load in ` +
      'its time and memory. Ask for an endpoint generator, or evaluate it with the local runner.',
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

function tokensOf(
  spec: GenerationSpec,
  sets: ReadonlyMap<string, readonly Problem[]>,
  expectedTokens: (benchmark: string) => number,
): number {
  return spec.sets.reduce((total, { benchmark, samples, maxTokens }) => {
    const completions = (sets.get(benchmark)?.length ?? 0) * samples;
    return total + completions * Math.min(maxTokens, expectedTokens(benchmark));
  }, 0);
}
