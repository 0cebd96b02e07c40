import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationEntry, EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/** The checkpoint that asked for an evaluation, if one did. */
export type Origin = EvaluationEntry['checkpoint'];

/** Enters an evaluation in the listing of evaluations, newest first. */
export async function indexEvaluation(
  request: EvaluationRequest,
  createdAt: number,
  checkpoint: Origin,
  store: ObjectStore,
): Promise<void> {
  const evaluation = evaluationId(request);
  await put(store, record.evaluationEntry(createdAt, evaluation), {
    evaluation,
    createdAt,
    model: request.generation.model,
    benchmarks: request.generation.sets.map(({ benchmark }) => benchmark),
    graders: request.graders.map(({ name }) => name),
    ...(checkpoint && { checkpoint }),
  });
}
