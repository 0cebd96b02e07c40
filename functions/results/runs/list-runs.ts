import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, type Paging } from '../../http/paging.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { RunPage } from './run-view.ts';

const CURSOR = /^\d{14}-[\w-]{1,64}$/;

/** Training runs, newest first. @throws {KnownError} `cursor-invalid` */
export async function listRuns(
  { cursor, limit }: Paging,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<RunPage> {
  const startAfter =
    cursor === undefined ? {} : { startAfter: `${keys.prefix.runEntries}${matchCursor(cursor, CURSOR)[0]}` };
  // One more than is read tells whether there is a next page.
  const found = await lists.list(keys.prefix.runEntries, { ...startAfter, limit: limit + 1 });
  const page = found.slice(0, limit);
  const entries = await Promise.all(page.map((key) => read(store, record.runEntry.at(key))));
  const items = entries.map(({ schemaVersion: _, ...entry }) => entry);
  const last = page.at(-1);
  return { items, next: found.length > limit && last ? last.slice(keys.prefix.runEntries.length) : null };
}
