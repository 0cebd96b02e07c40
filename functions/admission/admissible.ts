/**
 * What a deployment can make, and at which price. Asked twice about the same request: by the API while somebody
 * listens, and by plan, which decides over what is stored then.
 *
 * `admissible.ts` knows what can be made and how much of it, `affordable.ts` whether it may cost what it does. What is stored
 * of it already finds `stored-completions.ts`, by what two generations ask for alike (`shared-items.ts`): plan copies that.
 */

import { KnownError } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { keys } from '#shared/storage/keys.ts';
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

/**
 * Size of the model that the generator loads, in bytes of its policy files; 0 where it loads none.
 *
 * @throws {KnownError} `model-missing`, `model-too-large`, `completions-missing`, `endpoint-unknown`
 */
export async function generatorBytes(
  { generator, model }: GenerationSpec,
  store: ObjectStore,
  { maxModelBytes, endpoints }: Omit<Capacity, 'costUsd'>,
): Promise<number> {
  if (generator.kind === 'recorded') {
    if (await store.get(keys.blob(generator.completions), { start: 0, end: 1 })) return 0;
    throw completionsMissing(generator.completions);
  }
  const manifest = await find(store, record.model(model));
  if (!manifest) throw modelMissing(model);
  const bytes = sum(Object.values(manifest.files).map(({ sizeBytes }) => sizeBytes));
  if (generator.kind === 'endpoint') {
    if (endpoints.includes(generator.name)) return bytes;
    throw endpointUnknown(generator.name, endpoints);
  }
  if (bytes <= maxModelBytes) return bytes;
  throw modelTooLarge(bytes, maxModelBytes);
}

/** What a generation asks for of one benchmark. */
export interface BenchmarkWork {
  readonly benchmark: string;
  readonly completions: number;
  /** That one of them usually takes. */
  readonly tokensEach: number;
}

/** @param expectedTokens - tokens that a completion of a benchmark usually takes */
export function workOf(
  { sets }: GenerationSpec,
  problems: ReadonlyMap<string, readonly Problem[]>,
  expectedTokens: (benchmark: string) => number,
): readonly BenchmarkWork[] {
  return sets.map(({ benchmark, samples, maxTokens }) => ({
    benchmark,
    completions: (problems.get(benchmark)?.length ?? 0) * samples,
    tokensEach: Math.min(maxTokens, expectedTokens(benchmark)),
  }));
}

/** @returns the error `endpoint-unknown` */
export function endpointUnknown(name: string, endpoints: readonly string[]): KnownError {
  return new KnownError(
    'endpoint-unknown',
    `The deployment allows no endpoint "${name}". Allowed: ${endpoints.join(', ') || 'none'}.`,
  );
}

function completionsMissing(blob: string): KnownError {
  return new KnownError(
    'completions-missing',
    `The store has no recorded completions ${blob}. Push the file with \`oneshot completions push\`, then ask again.`,
  );
}

function modelMissing(model: string): KnownError {
  return new KnownError(
    'model-missing',
    `The store has no model ${model}. Push it with \`oneshot model push\`, then ask again.`,
  );
}

/** Rounds the size up and the limit down, so that a refusal never shows two equal numbers. */
function modelTooLarge(bytes: number, maxModelBytes: number): KnownError {
  return new KnownError(
    'model-too-large',
    `The model has ${Math.ceil(bytes / 1e6)} MB, more than the ${Math.floor(maxModelBytes / 1e6)} MB that a worker here ` +
      'can load in its time and memory. Ask for an endpoint generator, or evaluate it with `oneshot eval` on the local runner.',
  );
}
