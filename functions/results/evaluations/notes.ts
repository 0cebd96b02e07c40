import { z } from '@hono/zod-openapi';
import { inParallel } from '#shared/in-parallel.ts';
import { GraderName, VerdictKind } from '#shared/records/evaluations.ts';
import { Digest, ProblemId } from '#shared/records/ids.ts';
import { HeldVerdict } from '#shared/records/notes.ts';
import { keys, parseNote } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { pageOf } from '../../http/paging.ts';
import { TimeText, timeText } from '../../http/time-text.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** Notes that are read at a time. */
const READERS = 16;

/** That a reader disagrees with a grader's verdict on a sample. */
export const NoteView = z
  .object({
    note: Digest,
    evaluation: Digest,
    problem: ProblemId,
    sample: z.number().int(),
    grader: GraderName,
    said: VerdictKind.meta({ description: 'What the grader said when the note was written.' }),
    holds: HeldVerdict.meta({ description: 'What the reader holds right.' }),
    text: z.string().nullable().meta({ description: 'Why; null where they gave no reason.' }),
    createdAt: TimeText,
  })
  .openapi('Note');
export type NoteView = z.infer<typeof NoteView>;

export const NotePage = pageOf(NoteView);
export type NotePage = z.infer<typeof NotePage>;

/** The notes of an evaluation that nobody has withdrawn, by problem and sample, the oldest of a sample first. */
export async function notesOf(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<readonly NoteView[]> {
  const stored = (await lists.list(keys.prefix.notes(evaluation))).map(parseNote);
  const withdrawn = new Set(stored.flatMap(({ note, isWithdrawn }) => (isWithdrawn ? [note] : [])));
  const standing = stored.filter(({ note, isWithdrawn }) => !isWithdrawn && !withdrawn.has(note));
  const read = await inParallel(standing, READERS, async ({ note }) => {
    const found = await findHeld(store, record.note(evaluation, note));
    if (!found) return []; // the evaluation is being removed
    const { schemaVersion: _, text, createdAt, ...rest } = found;
    return [{ note, evaluation, ...rest, text: text || null, createdAt: timeText(createdAt) }];
  });
  return read.flat().sort(inOrder);
}

function inOrder(a: NoteView, b: NoteView): number {
  if (a.problem !== b.problem) return a.problem < b.problem ? -1 : 1;
  if (a.sample !== b.sample) return a.sample - b.sample;
  return a.createdAt === b.createdAt ? (a.note < b.note ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;
}
