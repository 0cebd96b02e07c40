import type { Item, RoundManifest } from '#shared/records/evaluations.ts';

/** Where in a manifest's shards the one stands that holds an item; -1 where none does. */
export function placeOfItem({ shards }: Pick<RoundManifest, 'shards'>, item: Item): number {
  return shards.findIndex(({ items }) => items.some((each) => isSame(each, item)));
}

/** Whether both are the same sample of the same problem. */
export function isSame(one: Item, other: Item): boolean {
  return one.problem === other.problem && one.sample === other.sample;
}
