/** What a request holds of the items that its manifest names. Where one lacks the other, something of ours is wrong. */
import { benchmarkOf } from '#shared/items.ts';
import type { GenerationSpec, Item, Problem } from '#shared/messages.ts';

/** The problem of an item. */
export function problemOf({ problem: id }: Item, problems: ReadonlyMap<string, Problem>): Problem {
  const problem = problems.get(id);
  if (!problem) throw foreign(id);
  return problem;
}

/** How completions of an item are sampled. */
export function samplingOf({ problem: id }: Item, { sets }: GenerationSpec): GenerationSpec['sets'][number] {
  const name = benchmarkOf(id);
  const set = sets.find(({ benchmark }) => benchmark === name);
  if (!set) throw foreign(id);
  return set;
}

function foreign(id: string): Error {
  return new Error(`the manifest names ${id}, which its request does not hold`);
}
