import { z } from 'zod';

/** How a user names a case of a batch: a text, or a number that JSON gives back with the same digits. */
export const CaseId = z.union([
  z.string(),
  z.number().refine((id) => !Number.isInteger(id) || Number.isSafeInteger(id), {
    error: 'a number beyond 2^53 would come back with other digits: write it as a text',
  }),
]);
