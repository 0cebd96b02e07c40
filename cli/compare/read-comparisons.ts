import { CachedLists } from '#functions/results/cached-lists.ts';
import { compareEvaluations } from '#functions/results/evaluations/compare-evaluations.ts';
import { type Comparison, MARGIN } from '#functions/results/evaluations/comparison-view.ts';
import { Memory } from '#functions/results/memory.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import { findEvaluation } from '../named/find-evaluation.ts';

export interface CompareOptions {
  readonly home: string;
  readonly aws?: string | undefined;
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
  { grader, margin = MARGIN, ...options }: CompareOptions,
): Promise<readonly Comparison[]> {
  const place = await openPlace(options);
  const { store } = place;
  try {
    const evaluations: string[] = [];
    for (const subject of subjects) evaluations.push(await findEvaluation(store, subject));
    const [first = '', ...others] = evaluations;
    const { read } = await compareEvaluations(
      first,
      others,
      { grader, margin },
      {
        ...{ store, lists: new CachedLists(store, { now: Date.now }) },
        ...{ finished: new Memory(evaluations.length), comparisons: new Memory(1) },
        send: async () => {}, // nobody is asked to finish what is only looked at
      },
    );
    return await read();
  } finally {
    place.close();
  }
}
