import type { ScoredItem, VerdictKind } from '#shared/records/evaluations.ts';

/** Asks for a box, right or wrong: it judges no answer, so that nobody disagrees with it. */
const NO_JUDGE = 'format';

/** What the graders that judge answers say of a completion. */
export function judgingVerdicts({
  verdicts,
}: Pick<ScoredItem, 'verdicts'>): readonly (readonly [grader: string, VerdictKind])[] {
  return Object.entries(verdicts)
    .filter(([grader]) => grader !== NO_JUDGE)
    .map(([grader, { verdict }]) => [grader, verdict] as const);
}

/** Whether some graders that judge answers call a completion correct and others do not. */
export function isDisputed(item: Pick<ScoredItem, 'verdicts'>): boolean {
  const judged = judgingVerdicts(item);
  const correct = judged.filter(([, verdict]) => verdict === 'correct').length;
  return correct > 0 && correct < judged.length;
}
