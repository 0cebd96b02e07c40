import { RunEntry } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import type { ApiPorts } from '../api-ports.ts';
import { matchCursor, type Paging } from '../http/paging.ts';
import type { RunPage } from './run-view.ts';

const CURSOR = /^\d{14}-[\w-]{1,64}$/;

/** Training runs, newest first. @throws {KnownError} `cursor-invalid` */
export async function listRuns(
  { cursor, limit }: Paging,
  { store, lists }: Pick<ApiPorts, 'store' | 'lists'>,
): Promise<RunPage> {
  const startAfter =
    cursor === undefined ? {} : { startAfter: `${keys.runEntries}${matchCursor(cursor, CURSOR)[0]}` };
  // One more than is read tells whether there is a next page.
  const found = await lists.list(keys.runEntries, { ...startAfter, limit: limit + 1 });
  const page = found.slice(0, limit);
  const entries = await Promise.all(page.map((key) => readObject(store, key, RunEntry)));
  const items = entries.map(({ schemaVersion: _, ...entry }) => entry);
  const last = page.at(-1);
  return { items, next: found.length > limit && last ? last.slice(keys.runEntries.length) : null };
}
