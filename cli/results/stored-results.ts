import { CachedLists } from '#functions/results/cached-lists.ts';
import { compareEvaluations } from '#functions/results/evaluations/compare-evaluations.ts';
import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import { Memory } from '#functions/results/memory.ts';
import { NO_NEWS } from '#functions/results/runs/run-progress.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { findEvaluation } from '../named/find-evaluation.ts';
import { driverNews } from '../processes/driver-news.ts';
import { evaluationLines } from './evaluation-line.ts';
import type { ResultSource } from './result-source.ts';
import { runLines } from './run-line.ts';

/** Samples that one look at the store gives at most. */
const PAGE = 100;
/** Entries of an index that are read at a time. */
const READERS = 16;
/** Nobody is asked to finish what is only looked at. */
const SILENT = async () => {};

/** Results as a store has them; whether a driver of this machine is at work is looked up beside it. */
export function storedResults(place: Place): ResultSource {
  const { store } = place;
  const lists = () => new CachedLists(store, { now: Date.now });
  return {
    async runs(limit) {
      const entries = await newestEntries(store, keys.prefix.runEntries, limit, async (key) => {
        const entry = await read(store, record.runEntry.at(key));
        return (await find(store, record.run(entry.run))) && { name: entry.run, entry };
      });
      const blobs = await store.describe(keys.prefix.blobs);
      const pending = await store.list(keys.prefix.pending);
      const news = place.remote ? NO_NEWS : await driverNews(place.home);
      return runLines(entries, {
        store,
        blobSizes: new Map(blobs.map(({ key, sizeBytes }) => [key, sizeBytes])),
        pending: new Set(pending),
        ...news,
      });
    },
    async evaluations(limit) {
      const entries = await newestEntries(store, keys.prefix.evaluationEntries, limit, async (key) => {
        const entry = await read(store, record.evaluationEntry.at(key));
        const isThere = await find(store, record.evaluationRequest(entry.evaluation));
        return isThere && { name: entry.evaluation, entry };
      });
      return evaluationLines(entries, store, lists());
    },
    findEvaluation: (subject) => findEvaluation(store, subject),
    async *samples(evaluation, filter) {
      const ports = { store, lists: lists() };
      for (let cursor: string | undefined; ; ) {
        const page = await listSamples(evaluation, { ...filter, cursor, limit: PAGE }, ports);
        yield* page.items;
        if (page.next === null) return;
        cursor = page.next;
      }
    },
    async isOver(evaluation) {
      const ref = { evaluation, round: await latestRound(evaluation, lists()) };
      return Boolean((await find(store, record.summary(ref))) ?? (await find(store, record.refused(ref))));
    },
    async compare(first, others, query) {
      const { read } = await compareEvaluations(first, others, query, {
        ...{ store, lists: lists(), send: SILENT },
        ...{ finished: new Memory(others.length + 1), comparisons: new Memory(1) },
      });
      return read();
    },
    close: () => place.close(),
  };
}

/**
 * Entries of an index, newest first. One that was entered twice counts once, as it was entered first; one without what
 * it names, not at all.
 */
async function newestEntries<Entry>(
  store: ObjectStore,
  prefix: string,
  limit: number,
  readEntry: (key: string) => Promise<{ readonly name: string; readonly entry: Entry } | undefined>,
): Promise<readonly Entry[]> {
  const found = new Map<string, Entry>();
  const all = await store.list(prefix);
  for (let at = 0; at < all.length && found.size < limit; at += READERS) {
    for (const read of await inParallel(all.slice(at, at + READERS), READERS, readEntry))
      if (read) found.set(read.name, read.entry);
  }
  return [...found.values()].slice(0, limit);
}
