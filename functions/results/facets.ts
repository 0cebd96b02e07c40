import { z } from '@hono/zod-openapi';

/** One way to narrow a list: what each item is in this respect, and what was asked for, if anything was. */
export interface Facet<T> {
  readonly of: (item: T) => string | number | boolean | undefined;
  readonly wanted: string | number | boolean | undefined;
}

/** How many items each choice would leave, all other filters as they are. */
export const FacetCounts = z.record(z.string(), z.number().int()).meta({
  description: 'By value: how many there would be with this filter at that value, the others as they are.',
});

export interface Faceted<T, Name extends string> {
  /** What passes all filters, in order. */
  readonly matching: readonly T[];
  readonly counts: Readonly<Record<Name, Readonly<Record<string, number>>>>;
}

export type Facets<V, Name extends string> = Readonly<Record<Name, Facet<V>>>;

/**
 * Narrows a list by all facets, and counts what each value of each would leave. Pure.
 *
 * @param seen - what facets look at in an item
 */
export function narrow<T, V, Name extends string>(
  items: readonly T[],
  facets: Facets<V, Name>,
  seen: (item: T) => V,
): Faceted<T, Name> {
  const named = Object.entries(facets) as [Name, Facet<V>][]; // keys of a record of these names
  const counted = new Map<Name, Record<string, number>>(named.map(([name]) => [name, {}]));
  const matching: T[] = [];
  for (const item of items) {
    const failing = named.filter(([, facet]) => !fits(facet, seen(item)));
    if (failing.length === 0) matching.push(item);
    // One that a single filter keeps out would be there with another value of that filter.
    for (const [name, { of }] of failing.length === 0 ? named : failing.length === 1 ? failing : []) {
      const value = of(seen(item));
      const counts = counted.get(name);
      if (value !== undefined && counts) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
    }
  }
  const counts = Object.fromEntries(counted) as Faceted<T, Name>['counts']; // each name has its own
  return { matching, counts };
}

/** Whether an item has the value that was asked for, if any was. */
export function fits<V>({ of, wanted }: Facet<V>, item: V): boolean {
  return wanted === undefined || of(item) === wanted;
}
