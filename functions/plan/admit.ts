import { KnownError } from '#shared/errors.ts';
import type { EvaluationRequest, Problem } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { goldsDigest, problemsDigest } from '#shared/storage/evaluation-identity.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { type Capacity, generatorBytes, requireAffordable, workOf } from '../admission/admissible.ts';

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
  const { generation } = request;
  const modelBytes = await generatorBytes(generation, store, capacity);
  const sets = await readProblems(store, request);
  for (const { benchmark, problems } of generation.sets) {
    if (problemsDigest(sets.get(benchmark) ?? []) !== problems)
      throw inconsistent(`The problems of ${benchmark} are not those of the request.`);
  }
  if (goldsDigest([...sets.values()].flat()) !== request.golds)
    throw inconsistent('The reference answers are not those of the request.');
  const { tokens } = workOf(generation, sets, expectedTokens);
  requireAffordable(capacity.costUsd(tokens, modelBytes), maxCostUsd);
  return sets;
}

function inconsistent(detail: string): KnownError {
  return new KnownError('request-inconsistent', detail);
}
