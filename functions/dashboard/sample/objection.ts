import { z } from 'zod';
import { KnownError } from '#shared/errors.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { HeldVerdict, MOST_NOTE_CHARACTERS } from '#shared/records/notes.ts';
import type { Objection } from '../dashboard-ports.ts';

/** Names of the fields of the form in which a reader disagrees. */
export const FIELDS = { claim: 'claim', text: 'text' } as const;

const Form = z.object({
  claim: z
    .string()
    .transform((claim) => claim.split(':'))
    .pipe(z.tuple([GraderName, HeldVerdict])),
  text: z.string().transform((text) => text.replaceAll('\r\n', '\n')),
});

/** The value of a choice: whose verdict is wrong, and what is right instead. */
export function claimOf(grader: GraderName, holds: HeldVerdict): string {
  return `${grader}:${holds}`;
}

/** What a reader says against a verdict, from the form of a sample's page. @throws {KnownError} `request-invalid` */
export function objectionIn(form: URLSearchParams): Objection {
  const parsed = Form.safeParse({ claim: form.get(FIELDS.claim), text: form.get(FIELDS.text) ?? '' });
  const text = parsed.data?.text ?? '';
  if (!parsed.success || text.length > MOST_NOTE_CHARACTERS)
    throw new KnownError(
      'request-invalid',
      `The note cannot be used: it names a verdict, what is right instead, and has at most ${MOST_NOTE_CHARACTERS} characters.`,
    );
  const [grader, holds] = parsed.data.claim;
  return { grader, holds, text };
}
