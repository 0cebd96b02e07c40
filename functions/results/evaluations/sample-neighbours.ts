import type { GraderName, Item } from '#shared/records/evaluations.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { findSamples, type Place, type Search } from './find-samples.ts';
import { JudgedShards, type Shard } from './judged-shards.ts';
import { cursorOf, isCounted, searchOf } from './list-samples.ts';
import type { SampleQuery } from './sample-view.ts';
import { isSame, placeOfItem } from './shard-of-item.ts';

/** Where a sample stands among those that a filter leaves. */
export interface SampleNeighbours {
  /** From 1. */
  readonly position: number;
  readonly total: number;
  readonly previous: Item | null;
  readonly next: Item | null;
  /** Of the page of the list that it is on, where pages have `limit` samples. */
  readonly cursor: string;
}

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/**
 * The samples before and after one in a filtered list; `null` where the filter does not leave it, and of a round too large
 * to be looked at as a whole.
 *
 * @throws {KnownError} `evaluation-unknown`, `benchmark-unknown`, `grader-unknown`
 */
export async function sampleNeighbours(
  evaluation: string,
  query: SampleQuery & { readonly grader: GraderName },
  sought: Item,
  ports: Ports,
): Promise<SampleNeighbours | null> {
  const search = await searchOf(evaluation, query, ports);
  if (!search || !isCounted(search)) return null;
  const { places } = await findSamples(search, ports);
  const shards = JudgedShards.few(search.ref, search.manifest, ports.store);
  const itemAt = async (place: Place | undefined): Promise<Item | null> => {
    const found = place && (await shards.read(shardAt(search, place)))?.[place.index];
    return found ? { problem: found.problem, sample: found.sample } : null;
  };
  const holding = placeOfItem(search.manifest, sought);
  for (const [at, place] of places.entries()) {
    if (place.shard !== holding) continue;
    const item = await itemAt(place);
    if (!item || !isSame(item, sought)) continue;
    const first = places[at - (at % query.limit)] as Place; // at or before it
    return {
      ...{ position: at + 1, total: places.length, cursor: cursorOf(first) },
      previous: await itemAt(places[at - 1]),
      next: await itemAt(places[at + 1]),
    };
  }
  return null;
}

function shardAt({ manifest }: Search, { shard }: Place): Shard {
  return manifest.shards[shard] as Shard; // it was found there
}
