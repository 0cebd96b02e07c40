import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { goldsDigest, problemsDigest } from '#shared/storage/evaluation-identity.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { type Capacity, generatorLoad, workOf } from '../admission/admissible.ts';
import { requireAffordable } from '../admission/affordable.ts';

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
  const load = await generatorLoad(generation, store, capacity);
  const sets = await readProblems(store, request);
  for (const { benchmark, problems } of generation.sets) {
    if (problemsDigest(sets.get(benchmark) ?? []) !== problems)
      throw inconsistent(`The problems of ${benchmark} are not those of the request.`);
  }
  if (goldsDigest([...sets.values()].flat()) !== request.golds)
    throw inconsistent('The reference answers are not those of the request.');
  const work = workOf(generation, sets, expectedTokens);
  const costUsd = (tokens: number) => capacity.costUsd(tokens, load);
  await requireAffordable(request, work, { store, costUsd, maxCostUsd });
  return sets;
}

function inconsistent(detail: string): KnownError {
  return new KnownError('request-inconsistent', detail);
}
