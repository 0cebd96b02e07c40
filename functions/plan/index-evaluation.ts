import type { EvaluationEntry, EvaluationRequest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';

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
  const entry: EvaluationEntry = {
    schemaVersion: 1,
    evaluation,
    createdAt,
    model: request.generation.model,
    benchmarks: request.generation.sets.map(({ benchmark }) => benchmark),
    graders: request.graders.map(({ name }) => name),
    ...(checkpoint && { checkpoint }),
  };
  await putObject(store, keys.evaluationEntry(createdAt, evaluation), entry);
}
