import { readMetric } from '#shared/metrics/metric-table.ts';
import type { Metrics } from '#shared/records/runs.ts';

/** How the groups of one step, or of several, came out. */
export interface StepGroups {
  readonly first: number;
  readonly last: number;
  /** Whose rewards differ: they carry a signal. */
  readonly mixed: number;
  /** Dead, all of whose samples are right. */
  readonly right: number;
  /** Dead, the others: none is right. */
  readonly wrong: number;
}

/**
 * How the groups of a step came out; `undefined` where its metrics do not say.
 *
 * @param sizes - groups of a step, samples of a group
 */
export function groupsOf(
  step: number,
  metrics: Metrics,
  { prompts, samples }: { readonly prompts: number; readonly samples: number },
): StepGroups | undefined {
  const share = readMetric(metrics, 'reward/mixed_group_share');
  if (share === undefined || !(prompts > 0)) return undefined;
  const mixed = Math.round(share * prompts);
  // A reward of another kind may call a group alike in which some are right.
  const right = Math.min(readMetric(metrics, `group/correct_${samples}`) ?? 0, prompts - mixed);
  return { first: step, last: step, mixed, right, wrong: prompts - mixed - right };
}

/** So many neighbours as one. */
export function binSteps(steps: readonly StepGroups[], size: number): readonly StepGroups[] {
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, index) =>
    steps.slice(index * size, (index + 1) * size).reduce((bin, next) => ({
      first: bin.first,
      last: next.last,
      mixed: bin.mixed + next.mixed,
      right: bin.right + next.right,
      wrong: bin.wrong + next.wrong,
    })),
  );
}
