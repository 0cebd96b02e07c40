import type { GenerationSet, GenerationSpec, Item } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';

/** What a generation asks, and of which problems. */
export interface Asking {
  readonly sets: GenerationSpec['sets'];
  /** By benchmark, in order. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
}

/**
 * The items of a generation whose completions another one of the same basis asks for as well. A completion depends on the
 * id and the question of its problem, how that is sampled, and the index of the sample; golds, and what else the two
 * ask for, do not matter.
 *
 * @returns in the order of `ours`
 */
export function sharedItems(ours: Asking, theirs: Asking): readonly Item[] {
  return ours.sets.flatMap((set) => {
    const other = theirs.sets.find((candidate) => isSampledAlike(candidate, set));
    if (!other) return [];
    const questions = new Map(theirs.problems.get(set.benchmark)?.map(({ id, problem }) => [id, problem]));
    const asked = ours.problems.get(set.benchmark) ?? [];
    const alike = asked.filter(({ id, problem }) => questions.get(id) === problem);
    const samples = Math.min(set.samples, other.samples);
    return alike.flatMap(({ id }) =>
      Array.from({ length: samples }, (_, sample): Item => ({ problem: id, sample })),
    );
  });
}

function isSampledAlike(one: GenerationSet, other: GenerationSet): boolean {
  return (
    one.benchmark === other.benchmark &&
    one.temperature === other.temperature &&
    one.topP === other.topP &&
    one.maxTokens === other.maxTokens
  );
}
