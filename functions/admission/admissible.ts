/**
 * What a deployment can make, and at which price. Asked twice about the same request: by the API while somebody
 * listens, and by plan, which decides over what is stored then.
 *
 * `admissible.ts` knows what can be made and how much of it: a model by what it loads (`decoder-shape.ts`), what a worker has
 * (`decoder-fit.ts`) and how fast it is (`decoder-speed.ts`). `affordable.ts` knows whether it may cost what it does. What is stored
 * of it already finds `stored-completions.ts`, by what two generations ask for alike (`shared-items.ts`): plan copies that.
 */

import { KnownError } from '#shared/errors.ts';
import { roundingName } from '#shared/inference/quantise/rounding.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { keys } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { requireFit, type WorkerLimits } from './decoder-fit.ts';
import { type DecoderLoad, decoderLoad } from './decoder-shape.ts';

/** What the hosts of the generate stage can do. */
export interface Capacity {
  readonly worker: WorkerLimits;
  /** Cost of making tokens with a model, USD; with none where they are made elsewhere already. */
  readonly costUsd: (tokens: number, load: DecoderLoad | undefined) => number;
  /** Names of the endpoints that the deployment allows. */
  readonly endpoints: readonly string[];
}

/**
 * What the generator loads; nothing where its completions are made already.
 *
 * @throws {KnownError} `model-missing`, `model-too-large`, `completions-missing`, `endpoint-unknown`
 */
export async function generatorLoad(
  generation: GenerationSpec,
  store: ObjectStore,
  { worker, endpoints }: Omit<Capacity, 'costUsd'>,
): Promise<DecoderLoad | undefined> {
  const { generator, model, sets } = generation;
  if (generator.kind === 'recorded') {
    if (await store.get(keys.blob(generator.completions), { start: 0, end: 1 })) return undefined;
    throw completionsMissing(generator.completions);
  }
  const manifest = await find(store, record.model(model));
  if (!manifest) throw modelMissing(model);
  const load = await decoderLoad(generation, manifest, store);
  if (generator.kind === 'onnx')
    requireFit(
      await withRounded(load, model, store),
      Math.max(...sets.map(({ maxTokens }) => maxTokens)),
      worker,
    );
  else if (!endpoints.includes(generator.name)) throw endpointUnknown(generator.name, endpoints);
  return load;
}

async function withRounded(load: DecoderLoad, model: string, store: ObjectStore): Promise<DecoderLoad> {
  if (load.precision === 'fp32') return load;
  const rounded = await find(store, record.rounded(model, roundingName(load.precision)));
  return { ...load, ...(rounded && { roundedBytes: rounded.file.sizeBytes }) };
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
