import { KnownError } from '#shared/errors.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { ResultsPorts } from '../../results/results-ports.ts';

/** Takes a note back: it stays stored, marked, and is shown and counted nowhere. Twice is once. @throws {KnownError} `note-unknown` */
export async function withdrawNote(
  evaluation: string,
  note: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<void> {
  if (!(await find(store, record.note(evaluation, note)))) {
    const message = `Evaluation ${evaluation} has no note ${note}. GET /v1/evaluations/${evaluation}/notes lists those there are.`;
    throw new KnownError('note-unknown', message);
  }
  await put(store, record.withdrawn(evaluation, note), {});
  lists.forget(keys.prefix.notes(evaluation));
}
