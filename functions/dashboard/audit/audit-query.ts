import { z } from 'zod';
import { BenchmarkName, Digest, RunId } from '#shared/records/ids.ts';
import type { Query } from '../shell/address.ts';

/** What graders said, such as `reward:incorrect,benchmark:correct`. */
const Said = z
  .string()
  .max(300)
  .regex(/^[a-z-]+:[a-z-]+(?:,[a-z-]+:[a-z-]+)+$/);

/** Which verdicts are audited, and which of the disagreements are drawn. */
export const AuditQuery = z
  .strictObject({
    /** One or several. */
    evaluation: z
      .union([Digest, z.array(Digest).min(1).max(20)])
      .transform((given) => [given].flat())
      .optional(),
    /** The newest evaluations of a run. */
    run: RunId.optional(),
    benchmark: BenchmarkName.optional(),
    said: Said.optional(),
    seed: z.coerce.number().int().nonnegative().max(1_000_000_000).default(0),
  })
  .refine(({ evaluation, run }) => evaluation === undefined || run === undefined, {
    error: 'give evaluation or run, not both',
  });
export type AuditQuery = z.infer<typeof AuditQuery>;

/** The query of another choice, as an address has it. Other filters draw anew. */
export function auditQuery(query: AuditQuery, changed: Partial<AuditQuery>): Query {
  const { evaluation, run, benchmark, said, seed } = { ...query, seed: 0, ...changed };
  return { evaluation, run, benchmark, said, seed: seed === 0 ? undefined : seed };
}
