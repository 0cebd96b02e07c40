import { benchmarkOf } from '#shared/items.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import type { ScoredItem, VerdictKind } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';

/** A completion with its verdicts, and the evaluation that it is of. */
export interface AuditedItem extends Pick<ScoredItem, 'problem' | 'sample' | 'verdicts'> {
  readonly evaluation: string;
}

/** How often graders said just this of completions of one benchmark. */
export interface Disagreement {
  readonly benchmark: string;
  /** By grader, in the order of their names. */
  readonly verdicts: Readonly<Record<string, VerdictKind>>;
  /** The same as an address has it. */
  readonly said: string;
  readonly completions: number;
  /** Completions of the benchmark that several graders judged. */
  readonly of: number;
  readonly share: number;
  /** Wilson's, 95 %, as if completions did not depend on each other. */
  readonly interval: Interval;
}

/** Asks for a box, right or wrong: it judges no answer, so that nobody disagrees with it. */
const NO_JUDGE = 'format';

/** What each grader that judges answers said of a completion; `undefined` where fewer than two did. */
export function judgesOf({ verdicts }: Pick<ScoredItem, 'verdicts'>): Disagreement['verdicts'] | undefined {
  const judged = Object.entries(verdicts)
    .filter(([grader]) => grader !== NO_JUDGE)
    .map(([grader, { verdict }]) => [grader, verdict] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return judged.length < 2 ? undefined : Object.fromEntries(judged);
}

/** `reward:incorrect,…`; `undefined` unless some call it correct and others do not. */
export function disputeOf(item: Pick<ScoredItem, 'verdicts'>): string | undefined {
  const judged = Object.entries(judgesOf(item) ?? {});
  const correct = judged.filter(([, verdict]) => verdict === 'correct').length;
  if (correct === 0 || correct === judged.length) return undefined;
  return judged.map(([grader, verdict]) => `${grader}:${verdict}`).join(',');
}

/** Disagreements by benchmark and by what each grader said, the most frequent first. Pure. */
export function disagreements(items: readonly AuditedItem[]): readonly Disagreement[] {
  const judged = Map.groupBy(
    items.filter((item) => judgesOf(item) !== undefined),
    ({ problem }) => benchmarkOf(problem),
  );
  const found = [...judged].flatMap(([benchmark, all]) =>
    [...Map.groupBy(all, disputeOf)].flatMap(([said, disputed]) => {
      const [first] = disputed;
      if (said === undefined || !first) return [];
      return [
        {
          ...{ benchmark, said, verdicts: judgesOf(first) ?? {} },
          ...{ completions: disputed.length, of: all.length, share: disputed.length / all.length },
          interval: wilsonInterval(disputed.length, all.length),
        },
      ];
    }),
  );
  const name = ({ benchmark, said }: Disagreement) => `${benchmark} ${said}`;
  return found.sort((a, b) => b.completions - a.completions || (name(a) < name(b) ? -1 : 1));
}
