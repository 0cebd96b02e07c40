import type { Summary } from '#shared/records/summary.ts';

/** The average by the verifier's own grader, else by the first there is; a share, `null` where completions are missing. */
export function firstScore({ graders }: Summary): number | null {
  return (graders['reward'] ?? Object.values(graders)[0])?.average.mean ?? null;
}
