import { z } from 'zod';
import { GraderName, Item, VerdictKind } from './evaluations.ts';
import { schemaVersion } from './ids.ts';

/** What a reader may hold right instead: that something is too hard is said of a grader, not of an answer. */
export const HeldVerdict = VerdictKind.exclude(['too-hard']);
export type HeldVerdict = z.infer<typeof HeldVerdict>;

/** Of a note's text, in UTF-16 code units. */
export const MOST_NOTE_CHARACTERS = 1000;

/** `evaluations/{id}/notes/{note}.json`: a reader disagrees with a grader's verdict on a sample. */
export const Note = Item.extend({
  schemaVersion,
  grader: GraderName,
  /** What the grader said when the note was written. */
  said: VerdictKind,
  /** What the reader holds right. */
  holds: HeldVerdict,
  /** Empty where they gave no reason. */
  text: z.string().max(MOST_NOTE_CHARACTERS),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
});
export type Note = z.infer<typeof Note>;
