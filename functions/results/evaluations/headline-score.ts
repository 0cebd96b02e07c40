import { z } from '@hono/zod-openapi';
import { Score, type Summary } from '#shared/records/summary.ts';

/** One number for an evaluation: the average of its benchmarks, by one grader. */
export const HeadlineScore = z.object({ grader: z.string(), ...Score.shape });
export type HeadlineScore = z.infer<typeof HeadlineScore>;

/** Whose verdicts count where nobody says: the verifier's own, else those of the first there is. */
export function headlineGrader(names: readonly string[]): string | undefined {
  return names.includes('reward') ? 'reward' : names[0];
}

/** The average by the grader that counts where nobody says. */
export function headlineScore({ graders }: Pick<Summary, 'graders'>): HeadlineScore | null {
  const grader = headlineGrader(Object.keys(graders));
  const average = grader === undefined ? undefined : graders[grader]?.average;
  return grader !== undefined && average ? { grader, ...average } : null;
}
