import type { Paging } from '../../http/paging.ts';
import { matchCursor } from '../../http/paging.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { newestRound } from './newest-round.ts';
import { type NotePage, notesOf } from './notes.ts';

/** How many come before. */
const CURSOR = /^\d{1,6}$/;

/** A page of an evaluation's notes. @throws {KnownError} `evaluation-unknown`, `cursor-invalid` */
export async function listNotes(
  evaluation: string,
  { cursor, limit }: Paging,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<NotePage> {
  const before = cursor === undefined ? 0 : Number(matchCursor(cursor, CURSOR)[0]);
  await newestRound(evaluation, ports);
  const notes = await notesOf(evaluation, ports);
  const end = before + limit;
  return {
    items: notes.slice(before, end),
    total: notes.length,
    next: end < notes.length ? String(end) : null,
  };
}
