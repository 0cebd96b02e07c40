/** Share of correct samples by problem. */
import { benchmarkOf } from '#shared/items.ts';
import type { GraderName, ScoredItem } from '#shared/records/evaluations.ts';
export type ProblemScores = ReadonlyMap<string, number>;

/** A reference answer that nobody could match: no part of any score. */
const GOLD_FAULT = 'gold-invalid';

/** By benchmark, the scores of problems whose samples are all judged; ids in the order of their names. */
export function problemScores(
  items: readonly ScoredItem[],
  grader: GraderName,
  sets: readonly { readonly benchmark: string; readonly samples: number }[],
): ReadonlyMap<string, ProblemScores> {
  const bySet = Map.groupBy(items, ({ problem }) => benchmarkOf(problem));
  const scores = sets.map(({ benchmark, samples }) => {
    const byProblem = Map.groupBy(bySet.get(benchmark) ?? [], ({ problem }) => problem as string);
    const known = [...byProblem]
      .filter(([, judged]) => judged.length === samples)
      .map(([id, judged]) => ({ id, verdicts: judged.map(({ verdicts }) => verdicts[grader]) }))
      .filter(({ verdicts }) => verdicts.every((verdict) => verdict && verdict.reason !== GOLD_FAULT))
      .sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
    const share = known.map(({ id, verdicts }) => {
      const correct = verdicts.filter((verdict) => verdict?.verdict === 'correct').length;
      return [id, correct / samples] as const;
    });
    return [benchmark, new Map(share)] as const;
  });
  return new Map(scores);
}
