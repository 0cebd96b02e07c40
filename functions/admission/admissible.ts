/**
 * What a deployment can make, and at which price. Asked twice about the same request: by the API while somebody
 * listens, and by plan, which decides over what is stored then.
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

/** How much a generation makes. */
export interface Work {
  readonly completions: number;
  /** As many as completions of its benchmarks usually take. */
  readonly tokens: number;
}

/** @param expectedTokens - tokens that a completion of a benchmark usually takes */
export function workOf(
  { sets }: GenerationSpec,
  problems: ReadonlyMap<string, readonly Problem[]>,
  expectedTokens: (benchmark: string) => number,
): Work {
  let [completions, tokens] = [0, 0];
  for (const { benchmark, samples, maxTokens } of sets) {
    const made = (problems.get(benchmark)?.length ?? 0) * samples;
    completions += made;
    tokens += made * Math.min(maxTokens, expectedTokens(benchmark));
  }
  return { completions, tokens };
}

/** @throws {KnownError} `cost-too-high` */
export function requireAffordable(costUsd: number, maxCostUsd: number | undefined): void {
  if (maxCostUsd === undefined || costUsd <= maxCostUsd) return;
  throw new KnownError(
    'cost-too-high',
    `The evaluation would cost about ${costUsd.toFixed(2)} USD, more than the ${maxCostUsd.toFixed(2)} allowed. ` +
      'Raise maxCostUsd, or ask for fewer benchmarks or samples.',
  );
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
