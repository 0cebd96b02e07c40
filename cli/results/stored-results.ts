import { CachedLists } from '#functions/results/cached-lists.ts';
import { compareEvaluations } from '#functions/results/evaluations/compare-evaluations.ts';
import type { EvaluationView } from '#functions/results/evaluations/evaluation-view.ts';
import { listEvaluations } from '#functions/results/evaluations/list-evaluations.ts';
import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import { Memory } from '#functions/results/memory.ts';
import { listModels } from '#functions/results/models/list-models.ts';
import { listRuns } from '#functions/results/runs/list-runs.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { findEvaluation } from '../named/find-evaluation.ts';
import { driverNews } from '../processes/driver-news.ts';
import { evaluationLines } from './evaluation-line.ts';
import { newest } from './newest.ts';
import type { ResultSource } from './result-source.ts';
import { runLines } from './run-line.ts';

/** Samples that one look at the store gives at most. */
const PAGE = 100;
/** Nobody is asked to finish what is only looked at. */
const SILENT = async () => {};

/** Results as a store has them; whether a driver of this machine is at work is looked up beside it. */
export function storedResults(place: Place): ResultSource {
  const { store } = place;
  const lists = () => new CachedLists(store, { now: Date.now });
  return {
    async runs(limit) {
      const news = place.remote ? {} : { drivers: () => driverNews(place.home) };
      const ports = { store, lists: lists(), ...news };
      const items = await newest((paging) => listRuns(paging, ports), limit);
      return runLines(items, store);
    },
    async evaluations(limit) {
      const ports = { store, lists: lists(), send: SILENT, finished: new Memory<EvaluationView>(limit) };
      return evaluationLines(await newest((paging) => listEvaluations(paging, ports), limit), store);
    },
    models(limit) {
      const ports = { store, lists: lists() };
      return newest((paging) => listModels(paging, ports), limit);
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
