import { KnownError } from '#shared/errors.ts';
import { RunId } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';
import type { ApiPorts } from '../api-ports.ts';
import type { Paging } from '../http/paging.ts';
import { type RunPage, StoredRun } from './run-view.ts';

/** Training runs in the order of their names. @throws {KnownError} `cursor-invalid` */
export async function listRuns(
  { cursor, limit }: Paging,
  { store, lists }: Pick<ApiPorts, 'store' | 'lists'>,
): Promise<RunPage> {
  const startAfter = cursor === undefined ? {} : { startAfter: `${keys.runs}${checkCursor(cursor)}/` };
  const found = await lists.list(keys.runs, { ...startAfter, delimiter: '/', limit: limit + 1 });
  const names = found.map((folder) => folder.slice(keys.runs.length, -1));
  const page = names.slice(0, limit);
  const runs = await Promise.all(
    page.map(async (name) => {
      const stored = await findObject(store, keys.run(name), StoredRun);
      return stored ? [{ run: RunId.parse(name), recipe: stored.config.recipe }] : [];
    }),
  );
  return { items: runs.flat(), next: names.length > limit ? (page.at(-1) ?? null) : null };
}

function checkCursor(cursor: string): string {
  if (RunId.safeParse(cursor).success) return cursor;
  throw new KnownError('cursor-invalid', 'The cursor is not one that a page gave. Begin again without it.');
}
