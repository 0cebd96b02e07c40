import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId, generationBasis } from '#shared/storage/evaluation-identity.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/**
 * Enters an evaluation where others look for completions that they ask for as well. Recorded ones are in no need of it: each
 * shard reads its own from their blob.
 *
 * @param round - the first that was planned
 */
export async function indexGeneration(
  request: EvaluationRequest,
  round: number,
  store: ObjectStore,
): Promise<void> {
  const { generation } = request;
  if (generation.generator.kind === 'recorded') return;
  const entry = record.generationEntry(generationBasis(generation), evaluationId(request));
  await put(store, entry, { round });
}
