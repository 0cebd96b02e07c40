/** Share of correct samples by problem. */
import { benchmarkOf } from '#shared/items.ts';
import type { GraderName, ScoredItem } from '#shared/records/evaluations.ts';

export type ProblemScores = ReadonlyMap<string, number>;

/** A reference answer that nobody could match: no part of any score. */
const GOLD_FAULT = 'gold-invalid';

/** A problem with what a grader says of each of its samples, in their order. */
export interface JudgedProblem {
  readonly id: string;
  readonly verdicts: readonly ItemVerdict[];
}

type ItemVerdict = ScoredItem['verdicts'][string];

/** A benchmark, and how often each of its problems was sampled. */
export interface SampledSet {
  readonly benchmark: string;
  readonly samples: number;
}

/** Problems of a benchmark whose samples are all judged; ids in the order of their names. */
export function judgedProblems(
  items: readonly ScoredItem[],
  grader: GraderName,
  { benchmark, samples }: SampledSet,
): readonly JudgedProblem[] {
  const own = items.filter(({ problem }) => benchmarkOf(problem) === benchmark);
  return [...Map.groupBy(own, ({ problem }) => problem as string)]
    .filter(([, judged]) => judged.length === samples)
    .map(([id, judged]) => ({
      id,
      verdicts: judged
        .toSorted((a, b) => a.sample - b.sample)
        .flatMap(({ verdicts }) => verdicts[grader] ?? []),
    }))
    .filter(
      ({ verdicts }) => verdicts.length === samples && verdicts.every(({ reason }) => reason !== GOLD_FAULT),
    )
    .sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
}

/** By benchmark, the scores of problems whose samples are all judged; ids in the order of their names. */
export function problemScores(
  items: readonly ScoredItem[],
  grader: GraderName,
  sets: readonly SampledSet[],
): ReadonlyMap<string, ProblemScores> {
  const scores = sets.map((set) => {
    const shares = judgedProblems(items, grader, set).map(
      ({ id, verdicts }) => [id, share(verdicts)] as const,
    );
    return [set.benchmark, new Map(shares)] as const;
  });
  return new Map(scores);
}

function share(verdicts: readonly ItemVerdict[]): number {
  return verdicts.filter(({ verdict }) => verdict === 'correct').length / verdicts.length;
}
