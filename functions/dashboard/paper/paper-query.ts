import { z } from 'zod';
import { GraderName } from '#shared/records/evaluations.ts';
import { RunId } from '#shared/records/ids.ts';

/** What of the paper's table is chosen in the address. */
export const PaperQuery = z.strictObject({
  /** Ours: by default the newest of the recipe that has scores. */
  run: RunId.optional(),
  /** Whose verdicts: the paper's own where there are such, by default. */
  grader: GraderName.optional(),
  /** Which checkpoint: the one with the best mean, as the paper picks it, or the last one, which nothing has picked. */
  pick: z.enum(['best', 'last']).default('best'),
});
export type PaperQuery = z.infer<typeof PaperQuery>;

/** The query of another choice, as an address has it: what is the default is left out. */
export function paperQuery(
  query: PaperQuery,
  changed: Partial<PaperQuery>,
): Record<string, string | undefined> {
  const { run, grader, pick } = { ...query, ...changed };
  return { run, grader, pick: pick === 'best' ? undefined : pick };
}
