import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import { Completion, type Item } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';

/** A benchmark whose completions are meant, and how many of each problem. */
export interface ExpectedSet {
  readonly name: string;
  readonly samples: number;
  readonly problems: readonly Problem[];
}

/**
 * The completions of a file in the order of benchmarks, problems and samples: every one that is expected, and no other.
 *
 * @param text - JSON lines, one completion each, in any order
 * @param source - names the file in errors
 * @throws {KnownError} `completions-invalid` with the line that is none of them, `completions-missing` with the first that lacks
 */
export function orderCompletions(
  text: string,
  sets: readonly ExpectedSet[],
  source: string,
): readonly Completion[] {
  const samples = new Map(sets.flatMap((set) => set.problems.map(({ id }) => [id, set.samples] as const)));
  const found = new Map<string, Completion>();
  const take = (value: unknown) => {
    const completion = Completion.parse(value);
    const name = itemName(completion);
    const allowed = samples.get(completion.problem);
    if (allowed === undefined)
      throw new Error(
        `no problem of ${sets.map((set) => set.name).join(', ')} is named ${completion.problem}.`,
      );
    if (completion.sample >= allowed)
      throw new Error(
        `sample ${completion.sample} of ${completion.problem} is one too many: they count from 0, and it has ${allowed}.`,
      );
    if (found.has(name))
      throw new Error(`sample ${completion.sample} of ${completion.problem} stands in an earlier line.`);
    found.set(name, completion);
  };
  readJsonLines(text, take, { code: 'completions-invalid', what: 'completion to push', source });
  const items = sets.flatMap(({ problems, samples: each }) =>
    problems.flatMap(({ id }): Item[] =>
      Array.from({ length: each }, (_, sample) => ({ problem: id, sample })),
    ),
  );
  const lacking = items.filter((item) => !found.has(itemName(item)));
  const [first] = lacking;
  if (first) {
    throw new KnownError(
      'completions-missing',
      `${source} lacks ${lacking.length} of ${items.length} completions, the first of them sample ${first.sample} of ` +
        `${first.problem}. Add them, or name fewer --benchmarks or a --limit.`,
    );
  }
  return items.map((item) => found.get(itemName(item)) as Completion); // none lacks
}
