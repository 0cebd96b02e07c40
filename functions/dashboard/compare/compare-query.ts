import { z } from 'zod';
import { GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest } from '#shared/records/ids.ts';
import { MARGIN } from '../../results/evaluations/comparison-view.ts';
import type { Query } from '../shell/address.ts';

/** What is compared, and what of it is chosen in the address. */
export const CompareQuery = z.strictObject({
  /** Without both of them the page asks which two. */
  a: Digest.optional(),
  b: Digest.optional(),
  /** A third, held against the first as well. A form sends it empty where none is chosen. */
  c: z
    .union([Digest, z.literal('')])
    .transform((chosen) => chosen || undefined)
    .optional(),
  /** Which of the two others turned problems are listed of. */
  of: z.enum(['b', 'c']).default('b'),
  /** Differences up to here do not matter, a share. */
  margin: z.coerce.number().positive().max(1).default(MARGIN),
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
  const { c, of, margin, grader, set, flips, page } = { ...query, page: 1, ...changed };
  return {
    ...{ c, of: of === 'b' ? undefined : of, margin: margin === MARGIN ? undefined : margin, grader, set },
    ...{ flips: flips === 'all' ? undefined : flips, page: page === 1 ? undefined : page },
  };
}

/** Both sides are chosen. */
export type ChosenQuery = CompareQuery & { readonly a: string; readonly b: string };

export function isChosen(query: CompareQuery): query is ChosenQuery {
  return query.a !== undefined && query.b !== undefined;
}
