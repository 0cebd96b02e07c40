import { z } from 'zod';
import { filterQuery, SampleFilters, Show } from '../sample/sample-filters.ts';
import type { Query } from '../shell/address.ts';

/** Which samples are listed, where the list goes on, and which of them is open beside it. */
export const SamplesQuery = z.strictObject({
  ...SampleFilters.shape,
  cursor: z.string().max(100).optional(),
  /** `aime25/7/0`: benchmark, problem and number of the sample. */
  open: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}\/[a-z0-9_-]{1,64}\/\d{1,9}$/)
    .optional(),
  show: Show,
});
export type SamplesQuery = z.infer<typeof SamplesQuery>;

/** The query of another choice, as an address has it. Other filters begin with the first page, and nothing is open. */
export function samplesQuery(query: SamplesQuery, changed: Partial<SamplesQuery>): Query {
  const { cursor, open, show, ...filters } = { ...query, cursor: undefined, open: undefined, ...changed };
  return { ...filterQuery(filters), cursor, open, show: show === 'source' ? undefined : show };
}
