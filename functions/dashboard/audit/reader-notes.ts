import { benchmarkOf } from '#shared/items.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import type { Item, ScoredItem } from '#shared/records/evaluations.ts';
import type { Interval } from '#shared/records/summary.ts';
import type { NoteView } from '../../results/evaluations/notes.ts';

/** How many of some completions readers wrote notes on: at least so many verdicts on them are held wrong. */
export interface NotedShare {
  /** Completions, however many notes each has. */
  readonly noted: number;
  readonly of: number;
  readonly share: number | null;
  /** Wilson's, 95 %, as if completions did not depend on each other. */
  readonly interval: Interval | null;
}

/** How often readers say just this of a grader's verdicts on one benchmark. */
export interface NoteKind extends NotedShare, Pick<NoteView, 'grader' | 'said' | 'holds'> {
  readonly benchmark: string;
}

/** What readers say of the evaluations that were read. */
export interface ReaderNotes extends NotedShare {
  readonly kinds: readonly NoteKind[];
  /** The newest first. */
  readonly notes: readonly NoteView[];
}

/** Notes and what they are about, counted. Pure. @param scored - every completion of the same evaluations */
export function readerNotes(
  notes: readonly NoteView[],
  scored: readonly Pick<ScoredItem, 'problem' | 'verdicts'>[],
): ReaderNotes {
  const kinds = [...Map.groupBy(notes, kindOf)].flatMap(([, alike]): NoteKind[] => {
    const [first] = alike;
    if (!first) return [];
    const { grader, said, holds } = first;
    const benchmark = benchmarkOf(first.problem);
    const judged = scored.filter(
      ({ problem, verdicts }) => benchmarkOf(problem) === benchmark && verdicts[grader] !== undefined,
    );
    return [{ benchmark, grader, said, holds, ...shareOf(alike, judged.length) }];
  });
  return {
    ...shareOf(notes, scored.length),
    kinds: kinds.sort((a, b) => b.noted - a.noted || (nameOf(a) < nameOf(b) ? -1 : 1)),
    notes: notes.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
  };
}

function kindOf({ problem, ...rest }: NoteView): string {
  return nameOf({ benchmark: benchmarkOf(problem), ...rest });
}

function nameOf({ benchmark, grader, said, holds }: Omit<NoteKind, keyof NotedShare>): string {
  return `${benchmark} ${grader} ${said} ${holds}`;
}

function shareOf(notes: readonly (Item & { readonly evaluation: string })[], of: number): NotedShare {
  const noted = new Set(notes.map((note) => `${note.evaluation} ${note.problem} ${note.sample}`)).size;
  // A note on a completion whose scores are not there now, such as one that a retry makes again, is of none.
  const counted = of >= noted && of > 0;
  return {
    ...{ noted, of },
    share: counted ? noted / of : null,
    interval: counted ? wilsonInterval(noted, of) : null,
  };
}
