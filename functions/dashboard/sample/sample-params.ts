import { z } from 'zod';
import { count, Digest, ProblemId } from '#shared/records/ids.ts';

/** What the address of a sample names. */
export const SampleParams = z
  .object({ evaluation: Digest, benchmark: z.string(), problem: z.string(), sample: z.string() })
  .transform(({ evaluation, benchmark, problem, sample }) => ({
    evaluation,
    item: { problem: `${benchmark}/${problem}`, sample: Number(sample) },
  }))
  .pipe(z.object({ evaluation: Digest, item: z.object({ problem: ProblemId, sample: count }) }));
