import { z } from 'zod';
import { VerdictKind } from '#shared/records/evaluations.ts';
import type { Query } from '../shell/address.ts';

/** What of a step is chosen in the address. */
export const StepQuery = z.strictObject({
  groups: z.enum(['all', 'mixed', 'dead']).default('all'),
  /** Groups with so many right samples. */
  right: z.coerce.number().int().nonnegative().optional(),
  /** One group alone, its texts in full. */
  group: z.coerce.number().int().nonnegative().optional(),
  /** Samples with exactly this reward. */
  reward: z.coerce.number().optional(),
  verdict: VerdictKind.optional(),
  /** Samples that were cut at the limit. */
  cut: z.literal('1').optional(),
  /** What a completion holds, in any case. */
  q: z.string().max(200).optional(),
  sort: z.enum(['right', 'group', 'length']).default('right'),
  show: z.enum(['source', 'rendered']).default('source'),
  page: z.coerce.number().int().positive().max(100_000).default(1),
});
export type StepQuery = z.infer<typeof StepQuery>;

/** The query of another choice, as an address has it: what is the default is left out. Another choice begins at page 1. */
export function stepQuery(query: StepQuery, changed: Partial<StepQuery>): Query {
  const { groups, sort, show, page, q, ...rest } = { ...query, page: 1, ...changed };
  return {
    ...rest,
    q: q || undefined,
    groups: groups === 'all' ? undefined : groups,
    sort: sort === 'right' ? undefined : sort,
    show: show === 'source' ? undefined : show,
    page: page === 1 ? undefined : page,
  };
}
