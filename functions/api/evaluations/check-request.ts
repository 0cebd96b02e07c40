import { KnownError } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { generatorLoad, workOf } from '../../admission/admissible.ts';
import { requireAffordable } from '../../admission/affordable.ts';
import type { SettlingPorts } from './settle-request.ts';

/**
 * Refuses while somebody listens what plan would refuse later: plan decides again, over what is stored then.
 *
 * @throws {KnownError} `model-missing`, `model-too-large`, `completions-missing`, `endpoint-unknown`,
 * `too-many-completions`, `cost-too-high`
 */
export async function checkRequest(
  request: EvaluationRequest,
  maxCostUsd: number | undefined,
  { store, benchmark, host }: SettlingPorts,
): Promise<void> {
  const { worker, maxCompletions } = host;
  const { generation } = request;
  const endpoints = Object.keys(host.endpoints);
  const load = await generatorLoad(generation, store, { worker, endpoints });
  const problems = await readProblems(store, request);
  const expectedTokens = (name: string) => benchmark(name).expectedTokens;
  const work = workOf(generation, problems, expectedTokens);
  const completions = sum(work.map((each) => each.completions));
  if (completions > maxCompletions) {
    throw new KnownError(
      'too-many-completions',
      `The evaluation needs ${completions} completions, more than the ${maxCompletions} allowed. ` +
        'Ask for fewer benchmarks, or set a limit.',
    );
  }
  const costUsd = (tokens: number) => host.costUsd(tokens, load);
  await requireAffordable(request, work, { store, costUsd, maxCostUsd });
}
