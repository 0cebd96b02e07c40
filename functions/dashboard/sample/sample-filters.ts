import { z } from 'zod';
import { SampleQuery } from '../../results/evaluations/sample-view.ts';
import type { Query } from '../shell/address.ts';

/** A form sends a field that nobody filled as an empty text. */
const unfilled = z.literal('').transform(() => undefined);
const { minTokens, maxTokens, q } = SampleQuery.shape;

/** Which samples of an evaluation are listed: the filters of the API, under the same names. */
export const SampleFilters = SampleQuery.omit({ cursor: true, limit: true }).extend({
  minTokens: z.union([unfilled, minTokens]).optional(),
  maxTokens: z.union([unfilled, maxTokens]).optional(),
  q: z.union([unfilled, q]).optional(),
});
export type SampleFilters = z.infer<typeof SampleFilters>;

/** How a text is shown. */
export const Show = z.enum(['source', 'rendered']).default('source');

/** Filters as an address has them, some of them changed. */
export function filterQuery(filters: SampleFilters, changed: Partial<SampleFilters> = {}): Query {
  const {
    benchmark,
    problem,
    verdict,
    grader,
    disagree,
    truncated,
    suspect,
    level,
    minTokens,
    maxTokens,
    q,
  } = {
    ...filters,
    ...changed,
  };
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : String(value));
  return {
    ...{ benchmark, problem, verdict, grader, level, minTokens, maxTokens, q },
    ...{ disagree: flag(disagree), truncated: flag(truncated), suspect: flag(suspect) },
  };
}
