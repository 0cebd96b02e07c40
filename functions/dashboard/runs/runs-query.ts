import { z } from 'zod';
import { RunState } from '../../results/runs/run-progress.ts';

/** Columns that rows can be sorted by; a minus sign turns the order round. */
const SORTS = ['created', 'recipe', 'state', 'step', 'score'] as const;
export type RunSort = (typeof SORTS)[number];

/** What of the runs is chosen in the address. */
export const RunsQuery = z.strictObject({
  recipe: z.string().max(100).optional(),
  state: RunState.optional(),
  /** Part of a run's or recipe's name. */
  q: z.string().max(100).optional(),
  sort: z.templateLiteral([z.enum(['', '-']), z.enum(SORTS)]).default('-created'),
  cursor: z.string().max(100).optional(),
});
export type RunsQuery = z.infer<typeof RunsQuery>;

/** The query of another choice, as an address has it: what is the default is left out. */
export function runsQuery(query: RunsQuery, changed: Partial<RunsQuery>): Record<string, string | undefined> {
  const { sort, q, ...rest } = { ...query, ...changed };
  return { ...rest, q: q || undefined, sort: sort === '-created' ? undefined : sort };
}
