import { benchmarkOf } from '#shared/items.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import type { Item, ScoredItem, VerdictKind } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';
import { isDisputed, judgingVerdicts } from '../../results/evaluations/judging-verdicts.ts';

/** A completion that some graders call correct and others do not, and the evaluation that it is of. */
export interface DisputedItem extends Item {
  readonly evaluation: string;
  /** By grader, in the order of their names. */
  readonly verdicts: Readonly<Record<string, VerdictKind>>;
  /** What they said as an address has it: `benchmark:correct,reward:incorrect`. */
  readonly said: string;
}

/** What graders said of completions that several of them judged. */
export interface Audited {
  /** How many, by benchmark. */
  readonly judged: ReadonlyMap<string, number>;
  readonly disputed: readonly DisputedItem[];
}

/** How often graders said just this of completions of one benchmark. */
export interface Disagreement {
  readonly benchmark: string;
  readonly verdicts: DisputedItem['verdicts'];
  readonly said: string;
  readonly completions: number;
  /** Completions of the benchmark that several graders judged. */
  readonly of: number;
  readonly share: number;
  /** Wilson's, 95 %, as if completions did not depend on each other. */
  readonly interval: Interval;
}

/** Scored completions of an evaluation as they are audited; those that fewer than two graders judged are left out. Pure. */
export function audited(
  evaluation: string,
  items: readonly Pick<ScoredItem, 'problem' | 'sample' | 'verdicts'>[],
): Audited {
  const judged = new Map<string, number>();
  const disputed: DisputedItem[] = [];
  for (const item of items) {
    const { problem, sample } = item;
    const said = judgingVerdicts(item).toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (said.length < 2) continue;
    const benchmark = benchmarkOf(problem);
    judged.set(benchmark, (judged.get(benchmark) ?? 0) + 1);
    if (!isDisputed(item)) continue;
    disputed.push({
      ...{ evaluation, problem, sample, verdicts: Object.fromEntries(said) },
      said: said.map(([grader, verdict]) => `${grader}:${verdict}`).join(','),
    });
  }
  return { judged, disputed };
}

/** What was said of several sets of completions, in their order. Pure. */
export function together(parts: readonly Audited[]): Audited {
  const judged = new Map<string, number>();
  for (const part of parts)
    for (const [benchmark, count] of part.judged) judged.set(benchmark, (judged.get(benchmark) ?? 0) + count);
  return { judged, disputed: parts.flatMap(({ disputed }) => disputed) };
}

/** Disagreements by benchmark and by what each grader said, the most frequent first. Pure. */
export function disagreements({ judged, disputed }: Audited): readonly Disagreement[] {
  const found = [...Map.groupBy(disputed, ({ problem }) => benchmarkOf(problem))].flatMap(
    ([benchmark, all]) => {
      const of = judged.get(benchmark) as number; // what is disputed was judged
      return [...Map.groupBy(all, ({ said }) => said)].map(([said, alike]): Disagreement => {
        const [{ verdicts }, completions] = [alike[0] as DisputedItem, alike.length]; // a group has one
        return {
          ...{ benchmark, said, verdicts, completions, of, share: completions / of },
          interval: wilsonInterval(completions, of),
        };
      });
    },
  );
  const name = ({ benchmark, said }: Disagreement) => `${benchmark} ${said}`;
  return found.sort((a, b) => b.completions - a.completions || (name(a) < name(b) ? -1 : 1));
}
