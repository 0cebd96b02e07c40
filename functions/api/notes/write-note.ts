import { z } from '@hono/zod-openapi';
import { digestId } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { GraderName, type Item } from '#shared/records/evaluations.ts';
import { HeldVerdict, MOST_NOTE_CHARACTERS } from '#shared/records/notes.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type NoteView, notesOf } from '../../results/evaluations/notes.ts';
import { readSample } from '../../results/evaluations/read-sample.ts';
import type { ResultsPorts } from '../../results/results-ports.ts';

/** Standing notes of one evaluation: pages read them all. */
const MOST_NOTES = 1000;

export const NoteBody = z
  .strictObject({
    grader: GraderName.meta({ description: 'Whose verdict is wrong.' }),
    holds: HeldVerdict.meta({ description: 'What is right instead.' }),
    text: z.string().max(MOST_NOTE_CHARACTERS).optional().meta({ description: 'Why.' }),
  })
  .openapi('NoteBody');
export type NoteBody = z.infer<typeof NoteBody>;

export type NotingPorts = Pick<ResultsPorts, 'store' | 'lists'> & { readonly clock: Clock };

/** A note, and whether it was not there before. */
export interface Written {
  readonly note: NoteView;
  readonly created: boolean;
}

/**
 * Stores that a reader disagrees with a grader's verdict on a sample. The same said twice is one note; said again after it
 * was withdrawn, it is another.
 *
 * @throws {KnownError} `evaluation-unknown`, `sample-unknown`, `grader-unknown`, `note-agrees`, `notes-full`
 */
export async function writeNote(
  evaluation: string,
  { problem, sample }: Item,
  { grader, holds, text = '' }: NoteBody,
  ports: NotingPorts,
): Promise<Written> {
  const { store, lists, clock } = ports;
  lists.forget(keys.prefix.notes(evaluation)); // another process may have written some
  const said = await verdictOf(evaluation, { problem, sample }, grader, ports);
  if (said === holds)
    throw new KnownError('note-agrees', `${grader} said ${said}: a note holds something else right.`);
  const standing = await notesOf(evaluation, ports);
  if (standing.length >= MOST_NOTES)
    throw new KnownError('notes-full', `Evaluation ${evaluation} has ${MOST_NOTES} notes. Withdraw others.`);
  const reason = text.toWellFormed().replaceAll('\r\n', '\n').trim();
  const told = { problem, sample, grader, said, holds, text: reason };
  const id = await freeId(evaluation, told, ports);
  const answer = await put(store, record.note(evaluation, id), { ...told, createdAt: clock.now() });
  lists.forget(keys.prefix.notes(evaluation));
  const note = (await notesOf(evaluation, ports)).find((each) => each.note === id) as NoteView; // just put
  return { note, created: answer === 'created' };
}

async function verdictOf(
  evaluation: string,
  { problem, sample }: Item,
  grader: GraderName,
  ports: NotingPorts,
) {
  const { verdicts } = await readSample(evaluation, problem, sample, ports);
  const found = verdicts.find((each) => each.grader === grader);
  if (found) return found.verdict;
  const there = verdicts.map((each) => each.grader).join(', ');
  const message = `The evaluation has no verdicts of ${grader}. It was graded by ${there}.`;
  throw new KnownError('grader-unknown', message);
}

/** The id of what is told: the first of those that it may have which is not withdrawn. */
async function freeId(
  evaluation: string,
  told: Parameters<typeof digestId>[0],
  { store }: NotingPorts,
): Promise<string> {
  for (let time = 0; ; time++) {
    const id = digestId({ told, time });
    if (!(await store.get(keys.withdrawn(evaluation, id)))) return id;
  }
}
