import type { z } from '@hono/zod-openapi';
import { EvaluationEntry } from '#shared/records/evaluations.ts';
import { RunId } from '#shared/records/ids.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, Paging, pageOf } from '../../http/paging.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** Entries that one request reads at most while it looks for those of a run. */
const MOST_READ = 500;
const CURSOR = /^\d{14}-[a-z2-7]{26}$/;

export const EvaluationQuery = Paging.extend({
  run: RunId.optional().meta({ description: 'Only evaluations of checkpoints of this run.' }),
});
export type EvaluationQuery = z.infer<typeof EvaluationQuery>;

/** An evaluation as listed; GET it for its scores. */
export const EvaluationListItem = EvaluationEntry.omit({ schemaVersion: true }).openapi('EvaluationListItem');
export const EvaluationPage = pageOf(EvaluationListItem);
export type EvaluationPage = z.infer<typeof EvaluationPage>;

/**
 * Evaluations, newest first. A page of one run's may be short, even empty, and still have a next one.
 *
 * @throws {KnownError} `cursor-invalid`
 */
export async function listEvaluations(
  { run, cursor, limit }: EvaluationQuery,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<EvaluationPage> {
  const most = run === undefined ? limit : MOST_READ;
  const startAfter =
    cursor === undefined
      ? {}
      : { startAfter: `${keys.prefix.evaluationEntries}${matchCursor(cursor, CURSOR)[0]}` };
  // One more than is read tells whether there is a next page.
  const found = await lists.list(keys.prefix.evaluationEntries, { ...startAfter, limit: most + 1 });
  const items: EvaluationPage['items'] = [];
  for (const [index, key] of found.slice(0, most).entries()) {
    const { schemaVersion: _, ...entry } = await read(store, record.evaluationEntry.at(key));
    if (run === undefined || entry.checkpoint?.run === run) items.push(entry);
    if (items.length === limit) return { items, next: index + 1 < found.length ? cursorOf(key) : null };
  }
  const last = found[most - 1];
  return { items, next: found.length > most && last !== undefined ? cursorOf(last) : null };
}

function cursorOf(key: string): string {
  return key.slice(keys.prefix.evaluationEntries.length);
}
