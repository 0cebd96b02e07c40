import { inParallel } from '#shared/in-parallel.ts';
import type { GraderName, RoundManifest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { narrow } from '../facets.ts';
import { held } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { JudgedShards } from './judged-shards.ts';
import { sampleFilter } from './sample-filter.ts';
import type { SamplePage, SampleQuery } from './sample-view.ts';

/** Shards that are read at a time. */
const READERS = 16;
/** Of a place that is held, about. */
const PLACE_BYTES = 40;

/** Where a sample is: an index into the manifest's shards, and one into a shard's items. */
export interface Place {
  readonly shard: number;
  readonly index: number;
}

/** A round that is looked through with a filter. */
export interface Search {
  readonly ref: RoundRef;
  readonly manifest: RoundManifest;
  readonly grader: GraderName;
  readonly query: SampleQuery;
  readonly problems: ReadonlyMap<string, Problem>;
}

export interface Found {
  /** In the order of the round. */
  readonly places: readonly Place[];
  readonly counts: NonNullable<SamplePage['counts']>;
  /** Whether every shard has ended, so that nothing else will be found. */
  readonly over: boolean;
}

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** Names what a query asks of a round. */
export function searchName({ evaluation, round }: RoundRef, query: Partial<SampleQuery>): string {
  return JSON.stringify([evaluation, round, query]);
}

/** What a filter finds in a whole round; held as soon as the round is over, since then it never changes. */
export async function findSamples(search: Search, ports: Ports): Promise<Found> {
  const { ref, grader, query } = search;
  const { cursor: _, limit: __, ...filter } = query;
  const name = `found ${searchName(ref, { ...filter, grader })}`;
  let open: Found | undefined;
  const known = await held(ports.store, name, async () => {
    const found = await lookThrough(search, ports);
    if (!found.over) open = found;
    return found.over ? { value: found, sizeBytes: PLACE_BYTES * (found.places.length + 16) } : undefined;
  });
  // Who asked for the same at the same time may have found it for both, but of an open round it is not held.
  return known ?? open ?? (await lookThrough(search, ports));
}

async function lookThrough({ ref, manifest, grader, query, problems }: Search, ports: Ports): Promise<Found> {
  const shards = await JudgedShards.all(ref, manifest, ports);
  const read = await inParallel(manifest.shards, READERS, (shard) => shards.read(shard));
  const { facets, plain } = sampleFilter(query, grader, problems);
  const candidates = read.flatMap((items, shard) =>
    (items ?? []).flatMap((item, index) => (plain(item) ? [{ item, place: { shard, index } }] : [])),
  );
  const { matching, counts } = narrow(candidates, facets, ({ item }) => item);
  const over = read.every((items) => items !== undefined);
  return { places: matching.map(({ place }) => place), counts, over };
}
