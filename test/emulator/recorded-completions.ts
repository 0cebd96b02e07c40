/** What a completion was made to be: of 20 in a row, 9 are right, 5 wrong, 3 without a box, 3 cut off. */
import type { Completion } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';

const KINDS = [
  ...Array.from({ length: 9 }, () => 'right' as const),
  ...Array.from({ length: 5 }, () => 'wrong' as const),
  ...Array.from({ length: 3 }, () => 'unboxed' as const),
  ...Array.from({ length: 3 }, () => 'truncated' as const),
];
type Kind = (typeof KINDS)[number];

export interface RecordedSet {
  readonly name: string;
  readonly samples: number;
  readonly problems: readonly Problem[];
}

/** A line of the table that a grader must arrive at, counted while the completions were made. */
export interface ExpectedRow {
  readonly benchmark: string;
  readonly completions: number;
  readonly mean: number;
  readonly boxedShare: number;
  readonly truncatedShare: number;
}

/** Completions for every sample of every problem, made from the golds, and the table that follows from their kinds. */
export function recordCompletions(sets: readonly RecordedSet[]): {
  readonly completions: readonly Completion[];
  readonly table: readonly ExpectedRow[];
} {
  const completions: Completion[] = [];
  const table = sets.map(({ name, samples, problems }) => {
    const kinds: Kind[] = [];
    for (const problem of problems) {
      for (let sample = 0; sample < samples; sample++) {
        const kind = KINDS[completions.length % KINDS.length] as Kind; // within the list
        kinds.push(kind);
        completions.push(completionOf(problem, sample, kind));
      }
    }
    return rowOf(name, kinds);
  });
  return { completions, table };
}

function completionOf({ id, answer }: Problem, sample: number, kind: Kind): Completion {
  const gold = typeof answer === 'string' ? answer : (answer[0] as string); // at least one
  const texts: Readonly<Record<Kind, string>> = {
    right: `We find that the answer is \\boxed{${gold}}.`,
    wrong: 'Clearly it is \\boxed{-987654321.5}.',
    unboxed: 'This follows from what was said above.',
    truncated: 'Let us begin by looking at the',
  };
  const truncated = kind === 'truncated';
  return {
    problem: id,
    sample,
    text: texts[kind],
    tokens: truncated ? 3072 : 20,
    finish: truncated ? 'length' : 'stop',
  };
}

function rowOf(benchmark: string, kinds: readonly Kind[]): ExpectedRow {
  const share = (...wanted: Kind[]) => kinds.filter((kind) => wanted.includes(kind)).length / kinds.length;
  return {
    benchmark,
    completions: kinds.length,
    mean: share('right'),
    boxedShare: share('right', 'wrong'),
    truncatedShare: share('truncated'),
  };
}
