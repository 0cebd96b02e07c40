import { z } from 'zod';
import { GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest } from '#shared/records/ids.ts';
import type { Query } from '../shell/address.ts';

/** What is compared, and what of it is chosen in the address. */
export const CompareQuery = z.strictObject({
  a: Digest,
  b: Digest,
  /** Whose verdicts; the first that both have, by default. */
  grader: GraderName.optional(),
  /** Flips of this benchmark alone. */
  set: BenchmarkName.optional(),
  flips: z.enum(['all', 'won', 'lost']).default('all'),
  page: z.coerce.number().int().positive().max(100_000).default(1),
});
export type CompareQuery = z.infer<typeof CompareQuery>;

/** What follows the two sides of another choice: what is the default is left out. Another choice begins at page 1. */
export function compareQuery(query: CompareQuery, changed: Partial<CompareQuery>): Query {
  const { a: _, b: __, grader, set, flips, page } = { ...query, page: 1, ...changed };
  return { grader, set, flips: flips === 'all' ? undefined : flips, page: page === 1 ? undefined : page };
}
