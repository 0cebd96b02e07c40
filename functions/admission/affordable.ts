import { KnownError } from '#shared/errors.ts';
import { benchmarkOf } from '#shared/items.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { BenchmarkWork } from './admissible.ts';
import { storedCompletions } from './stored-completions.ts';

export interface Price {
  readonly store: ObjectStore;
  /** Cost of making so many tokens, USD. */
  readonly costUsd: (tokens: number) => number;
  readonly maxCostUsd: number | undefined;
}

/**
 * Refuses what would cost more than allowed, counting only completions that are not stored yet, be it for this evaluation or for
 * another from which they are taken over.
 *
 * @throws {KnownError} `cost-too-high`
 */
export async function requireAffordable(
  request: EvaluationRequest,
  work: readonly BenchmarkWork[],
  { store, costUsd, maxCostUsd }: Price,
): Promise<void> {
  if (maxCostUsd === undefined) return;
  // The name of an item begins with its problem's.
  const stored = Map.groupBy((await storedCompletions(request, store)).keys(), benchmarkOf);
  const left = work.map(({ benchmark, completions, tokensEach }) => {
    const made = stored.get(benchmark)?.length ?? 0;
    return (completions - made) * tokensEach;
  });
  const cost = costUsd(sum(left));
  if (cost <= maxCostUsd) return;
  throw new KnownError(
    'cost-too-high',
    `The evaluation would cost about ${cost.toFixed(2)} USD, more than the ${maxCostUsd.toFixed(2)} allowed. ` +
      'Raise maxCostUsd, or ask for fewer benchmarks or samples.',
  );
}
