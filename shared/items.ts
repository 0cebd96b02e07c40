import type { Item } from './records/evaluations.ts';

/** A name for an item, one to one: no id of a problem holds a space. */
export function itemName({ problem, sample }: Pick<Item, 'problem' | 'sample'>): string {
  return `${problem} ${sample}`;
}

/** The benchmark that a problem belongs to: `aime25` of `aime25/7`. */
export function benchmarkOf(problem: string): string {
  return problem.slice(0, problem.indexOf('/'));
}
