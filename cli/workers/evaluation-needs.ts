import { decoderLoad } from '#functions/admission/decoder-shape.ts';
import { heldBytes, RUNTIME_BYTES } from '#functions/admission/decoder-speed.ts';
import { cutShards } from '#functions/plan/cut-shards.ts';
import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { CACHE_SHARE } from '#shared/inference/kv-cache.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { SplitNeeds } from './split.ts';

/** Of the model of the paper in fp32. */
const USUAL_MODEL_BYTES = 1.6e9 * 4;

/** Of evaluations that nobody has asked for yet. */
export async function unknownNeeds(): Promise<SplitNeeds> {
  const workerBytes = USUAL_MODEL_BYTES + RUNTIME_BYTES;
  return { shards: Number.POSITIVE_INFINITY, workerBytes, freeBytes: freeBytes() };
}

/** What stored evaluations need of the workers that make them by the decoder. */
export async function evaluationNeeds(
  requests: readonly EvaluationRequest[],
  store: ObjectStore,
): Promise<SplitNeeds> {
  const each = await Promise.all(
    requests.map(async (request) => ({
      shards: cutShards(request.generation, await readProblems(store, request), expectedTokens).length,
      workerBytes: await workerBytes(request, store),
    })),
  );
  return {
    shards: sum(each.map(({ shards }) => shards)),
    workerBytes: Math.max(...each.map((needs) => needs.workerBytes)),
    freeBytes: freeBytes(),
  };
}

/** Of memory, beside what the workers share for keys and values. */
function freeBytes(): number {
  return process.availableMemory() * (1 - CACHE_SHARE);
}

async function workerBytes({ generation }: EvaluationRequest, store: ObjectStore): Promise<number> {
  const manifest = await read(store, record.model(generation.model));
  const { shape, precision } = await decoderLoad(generation, manifest, store);
  return heldBytes(shape, precision) + RUNTIME_BYTES;
}
