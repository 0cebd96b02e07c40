import { z } from '@hono/zod-openapi';
import { Score, type Summary } from '#shared/records/summary.ts';

/** One number for an evaluation: the average of its benchmarks, by one grader. */
export const HeadlineScore = z.object({ grader: z.string(), ...Score.shape });
export type HeadlineScore = z.infer<typeof HeadlineScore>;

/** The average by the verifier's own grader, else by the first there is. */
export function headlineScore({ graders }: Pick<Summary, 'graders'>): HeadlineScore | null {
  const [first] = Object.keys(graders);
  const grader = 'reward' in graders ? 'reward' : first;
  const average = grader === undefined ? undefined : graders[grader]?.average;
  return grader !== undefined && average ? { grader, ...average } : null;
}
