import { z } from '@hono/zod-openapi';
import { hasCode } from '#shared/errors.ts';
import { EvaluationEntry } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest, RunId } from '#shared/records/ids.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { Paging, pageOf } from '../../http/paging.ts';
import { TimeText, timeText } from '../../http/time-text.ts';
import { findHeld } from '../held.ts';
import { readIndex } from '../read-index.ts';
import { Coverage, EvaluationStatus } from './evaluation-view.ts';
import { HeadlineScore, headlineScore } from './headline-score.ts';
import { type ReadingPorts, readEvaluation } from './read-evaluation.ts';

const CURSOR = /^\d{14}-[a-z2-7]{26}$/;

/** `damaged`: an object of it cannot be read. */
const ListedStatus = z.enum([...EvaluationStatus.options, 'damaged']);

export const EvaluationQuery = Paging.extend({
  run: RunId.optional().meta({ description: 'Only evaluations of checkpoints of this run.' }),
  model: Digest.optional(),
  benchmark: BenchmarkName.optional(),
  status: ListedStatus.optional(),
});
export type EvaluationQuery = z.infer<typeof EvaluationQuery>;

/** An evaluation as listed; GET it for all its scores. */
export const EvaluationListItem = EvaluationEntry.omit({ schemaVersion: true, createdAt: true })
  .extend({
    createdAt: TimeText,
    status: ListedStatus,
    over: z.boolean(),
    coverage: Coverage.nullable(),
    score: HeadlineScore.nullable().meta({
      description: 'Average of its benchmarks; null before there is one.',
    }),
  })
  .openapi('EvaluationListItem');
export type EvaluationListItem = z.infer<typeof EvaluationListItem>;
export const EvaluationPage = pageOf(EvaluationListItem);
export type EvaluationPage = z.infer<typeof EvaluationPage>;

/**
 * Evaluations, newest first. A page of those with one status may be short, even empty, and still have a next one.
 *
 * @throws {KnownError} `cursor-invalid`
 */
export function listEvaluations(
  { run, model, benchmark, status, ...paging }: EvaluationQuery,
  ports: ReadingPorts,
): Promise<EvaluationPage> {
  const isNarrowed = [run, model, benchmark].some((wanted) => wanted !== undefined);
  return readIndex(
    {
      prefix: keys.prefix.evaluationEntries,
      form: CURSOR,
      readEntry: (key) => findHeld(ports.store, record.evaluationEntry.at(key)),
      passes: isNarrowed
        ? (entry) =>
            (run === undefined || entry.checkpoint?.run === run) &&
            (model === undefined || entry.model === model) &&
            (benchmark === undefined || entry.benchmarks.includes(benchmark))
        : undefined,
      toItem: async (entry) => {
        const item = await listed(entry, ports);
        return status === undefined || item?.status === status ? item : undefined;
      },
      narrows: status !== undefined,
    },
    paging,
    ports,
  );
}

/** `undefined` of an evaluation that was removed. */
async function listed(
  { schemaVersion: _, createdAt, ...entry }: EvaluationEntry,
  ports: ReadingPorts,
): Promise<EvaluationListItem | undefined> {
  const known = { ...entry, createdAt: timeText(createdAt) };
  try {
    const { status, over, coverage, summary } = await readEvaluation(entry.evaluation, ports);
    return { ...known, status, over, coverage, score: summary && headlineScore(summary) };
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown')) return undefined;
    if (isDamage(error)) return { ...known, status: 'damaged', over: true, coverage: null, score: null };
    throw error;
  }
}
