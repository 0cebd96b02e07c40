import { benchmarkOf } from '#shared/items.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import type { Item, ScoredItem, VerdictKind } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';
import { isDisputed, judgingVerdicts } from '../../results/evaluations/judging-verdicts.ts';

/** A completion that several graders judged, and the evaluation that it is of. */
export interface AuditedItem extends Item {
  readonly evaluation: string;
  /** By grader, in the order of their names. */
  readonly verdicts: Readonly<Record<string, VerdictKind>>;
  /** What they said as an address has it, where some call it correct and others do not: `benchmark:correct,reward:incorrect`. */
  readonly said: string | undefined;
}

/** How often graders said just this of completions of one benchmark. */
export interface Disagreement {
  readonly benchmark: string;
  readonly verdicts: AuditedItem['verdicts'];
  readonly said: string;
  readonly completions: number;
  /** Completions of the benchmark that several graders judged. */
  readonly of: number;
  readonly share: number;
  /** Wilson's, 95 %, as if completions did not depend on each other. */
  readonly interval: Interval;
}

/** A scored completion as it is audited; `undefined` where fewer than two graders judged its answer. Pure. */
export function auditedItem(
  evaluation: string,
  item: Pick<ScoredItem, 'problem' | 'sample' | 'verdicts'>,
): AuditedItem | undefined {
  const judged = judgingVerdicts(item).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (judged.length < 2) return undefined;
  const said = isDisputed(item)
    ? judged.map(([grader, verdict]) => `${grader}:${verdict}`).join(',')
    : undefined;
  const { problem, sample } = item;
  return { evaluation, problem, sample, verdicts: Object.fromEntries(judged), said };
}

/** Disagreements by benchmark and by what each grader said, the most frequent first. Pure. */
export function disagreements(items: readonly AuditedItem[]): readonly Disagreement[] {
  const judged = Map.groupBy(items, ({ problem }) => benchmarkOf(problem));
  const found = [...judged].flatMap(([benchmark, all]) =>
    [...Map.groupBy(all, ({ said }) => said)].flatMap(([said, disputed]) => {
      const [first] = disputed;
      if (said === undefined || !first) return [];
      return [
        {
          ...{ benchmark, said, verdicts: first.verdicts },
          ...{ completions: disputed.length, of: all.length, share: disputed.length / all.length },
          interval: wilsonInterval(disputed.length, all.length),
        },
      ];
    }),
  );
  const name = ({ benchmark, said }: Disagreement) => `${benchmark} ${said}`;
  return found.sort((a, b) => b.completions - a.completions || (name(a) < name(b) ? -1 : 1));
}
