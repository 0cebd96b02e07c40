import type { Summary } from '../records/summary.ts';

/** Whether no shard of an evaluation failed, so that asking again would run none. */
export function isWhole({ coverage }: Pick<Summary, 'coverage'>): boolean {
  return Object.keys(coverage.failed).length === 0;
}
