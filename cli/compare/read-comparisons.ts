import { type Comparison, MARGIN } from '#functions/results/evaluations/comparison-view.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import { openResults, type ResultPlace } from '../results/open-results.ts';

export interface CompareOptions extends ResultPlace {
  readonly json: boolean;
  readonly grader?: GraderName | undefined;
  /** Differences up to here do not matter, a share. */
  readonly margin?: number | undefined;
}

/**
 * Each of the others against the first.
 *
 * @param subjects - evaluations, or runs and their checkpoints; at least two
 * @throws {KnownError} as `findEvaluation` and `compareEvaluations` do
 */
export async function readComparisons(
  subjects: readonly string[],
  { grader, margin = MARGIN, ...place }: CompareOptions,
): Promise<readonly Comparison[]> {
  const results = await openResults(place);
  try {
    const evaluations: string[] = [];
    for (const subject of subjects) evaluations.push(await results.findEvaluation(subject));
    const [first = '', ...others] = evaluations;
    return await results.compare(first, others, { grader, margin });
  } finally {
    results.close();
  }
}
