import { z } from 'zod';
import { RunId } from '#shared/records/ids.ts';

/** What of the evaluations is chosen in the address. */
export const EvaluationsQuery = z.strictObject({
  /** Only those of checkpoints of this run. */
  run: RunId.optional(),
  cursor: z.string().max(100).optional(),
});
export type EvaluationsQuery = z.infer<typeof EvaluationsQuery>;
