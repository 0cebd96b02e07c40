import { z } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

/** Query of a listing: where it goes on, and how much of it. */
export const Paging = z.object({
  cursor: z.string().max(100).optional().meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(LARGEST_LIMIT).default(DEFAULT_LIMIT),
});
export type Paging = z.infer<typeof Paging>;

/** A page of a listing. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    total: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'On all pages together; null where counting them would mean to read them all.' }),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last.' }),
  });

/** The parts of a cursor that has the form of those that pages give. @throws {KnownError} `cursor-invalid` */
export function matchCursor(cursor: string, form: RegExp): RegExpExecArray {
  const match = form.exec(cursor);
  if (match) return match;
  throw new KnownError('cursor-invalid', 'The cursor is not one that a page gave. Begin again without it.');
}
