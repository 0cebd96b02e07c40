import { KnownError } from '#shared/errors.ts';
import { benchmarkOf } from '#shared/items.ts';
import type { EvaluationRequest, GraderName } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { matchCursor } from '../../http/paging.ts';
import { heldAlways } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { type Found, findSamples, type Place, type Search, searchName } from './find-samples.ts';
import { type JudgedSample, JudgedShards, type Shard } from './judged-shards.ts';
import { isDisputed } from './judging-verdicts.ts';
import { graderOf, newestRound } from './newest-round.ts';
import { passesAll, sampleFilter } from './sample-filter.ts';
import { askedOf, judgedBy, type Sample, type SamplePage, type SampleQuery } from './sample-view.ts';

/** Samples of a round that are looked at all together, to count what filters leave; a larger one is read page by page. */
const MOST_COUNTED = 20_000;
/** Shards that one request reads at most while it looks for samples of a larger round. */
const MOST_SHARDS = 40;
const CURSOR = /^(\d{1,6})\.(\d{1,6})$/;

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/**
 * Completions of an evaluation's newest round in the order of its shards, as far as they are scored. Of a round too large
 * to be counted, a page may be short, even empty, and still have a next one.
 *
 * @throws {KnownError} `evaluation-unknown`, `benchmark-unknown`, `grader-unknown`, `cursor-invalid`
 */
export async function listSamples(evaluation: string, query: SampleQuery, ports: Ports): Promise<SamplePage> {
  const search = await searchOf(evaluation, query, ports);
  const start = parseCursor(query.cursor);
  if (!search) return { items: [], total: 0, next: null, previous: null, before: 0, counts: null };
  return isCounted(search) ? pageOfFound(search, start, ports) : pageAhead(search, start, ports);
}

/**
 * What a query looks through; `undefined` before the round is planned.
 *
 * @throws {KnownError} `evaluation-unknown`, `benchmark-unknown`, `grader-unknown`
 */
export async function searchOf(
  evaluation: string,
  query: SampleQuery,
  ports: Ports,
): Promise<Search | undefined> {
  const { ref, request, manifest } = await newestRound(evaluation, ports);
  const grader = graderOf(query.grader, request);
  assertHas(query, request);
  return manifest && { ref, manifest, grader, query, problems: await readProblemsById(ports.store, request) };
}

/** Whether a round is small enough to be looked at as a whole. */
export function isCounted({ manifest }: Search): boolean {
  return manifest.shards.reduce((total, { items }) => total + items.length, 0) <= MOST_COUNTED;
}

/** A page of a round all of whose samples are looked at; held with the bytes that are made of it once the round is over. */
async function pageOfFound(search: Search, start: Place, ports: Ports): Promise<SamplePage> {
  const { ref, grader, query } = search;
  const found = await findSamples(search, ports);
  if (!found.over) return makePage(search, found, start, ports);
  return heldAlways(ports.store, `page ${searchName(ref, { ...query, grader })}`, async () => {
    const value = await makePage(search, found, start, ports);
    const letters = value.items.reduce((sum, { completion }) => sum + completion.length, 0);
    return { value, sizeBytes: PAGE_BYTES + 2 * letters };
  });
}

/** Of a page beside its completions, about. */
const PAGE_BYTES = 20_000;

async function makePage(
  { ref, manifest, grader, query, problems }: Search,
  { places, counts }: Found,
  start: Place,
  ports: Ports,
): Promise<SamplePage> {
  const at = places.findIndex(
    ({ shard, index }) => shard > start.shard || (shard === start.shard && index >= start.index),
  );
  const before = at < 0 ? places.length : at;
  const rest = places.slice(before, before + query.limit + 1);
  const shards = JudgedShards.few(ref, manifest, ports.store);
  const items: Sample[] = [];
  for (const { shard, index } of rest.slice(0, query.limit)) {
    const item = (await shards.read(manifest.shards[shard] as Shard))?.[index] as JudgedSample; // it was found there
    items.push(toSample(item, grader, problems));
  }
  const cursor = (place: Place | undefined) => (place ? cursorOf(place) : null);
  return {
    ...{ items, total: places.length, before, counts },
    next: cursor(rest[query.limit]),
    previous: before === 0 ? null : cursor(places[Math.max(0, before - query.limit)]),
  };
}

/** A page of a round too large to be looked at as a whole: as far as it is filled, or so many shards on. */
async function pageAhead(search: Search, start: Place, { store }: Ports): Promise<SamplePage> {
  const { ref, manifest, grader, query, problems } = search;
  const shards = JudgedShards.few(ref, manifest, store);
  const filter = sampleFilter(query, grader, problems);
  const items: Sample[] = [];
  const last = Math.min(manifest.shards.length, start.shard + MOST_SHARDS);
  const page = (next: string | null): SamplePage => ({
    ...{ items, next, total: null, previous: null, before: null, counts: null },
  });
  for (let at = start.shard; at < last; at++) {
    const shard = manifest.shards[at] as Shard; // at < length
    if (!holds(shard, query)) continue;
    const scored = (await shards.read(shard)) ?? [];
    for (let index = at === start.shard ? start.index : 0; index < scored.length; index++) {
      const item = scored[index] as JudgedSample; // index < length
      if (!passesAll(filter, item)) continue;
      if (items.length === query.limit) return page(cursorOf({ shard: at, index }));
      items.push(toSample(item, grader, problems));
    }
  }
  return page(last < manifest.shards.length ? cursorOf({ shard: last, index: 0 }) : null);
}

function holds({ items }: Shard, { benchmark, problem }: SampleQuery): boolean {
  return items.some(
    (item) =>
      (benchmark === undefined || benchmarkOf(item.problem) === benchmark) &&
      (problem === undefined || item.problem === problem),
  );
}

/** A misspelt benchmark must not look like one without samples. */
function assertHas({ benchmark }: SampleQuery, { generation }: EvaluationRequest): void {
  const names: string[] = generation.sets.map((set) => set.benchmark);
  if (benchmark === undefined || names.includes(benchmark)) return;
  const message = `The evaluation has no benchmark ${benchmark}. It was made of ${names.join(', ')}.`;
  throw new KnownError('benchmark-unknown', message);
}

/** Where a page begins, as an address has it. */
export function cursorOf({ shard, index }: Place): string {
  return `${shard}.${index}`;
}

function parseCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return { shard: 0, index: 0 };
  const [, shard, index] = matchCursor(cursor, CURSOR);
  return { shard: Number(shard), index: Number(index) };
}

function toSample(item: JudgedSample, grader: GraderName, problems: ReadonlyMap<string, Problem>): Sample {
  return {
    ...askedOf(item, problems.get(item.problem)),
    ...judgedBy(grader, item),
    disagree: isDisputed(item),
  };
}
