import type { RunData } from '#functions/dashboard/run/run-data.ts';
import { trainingSignals } from '#functions/dashboard/run/training-section.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';

/** More rows than that nobody reads; all values are in the JSON form, and `oneshot export` has them. */
const MOST_ROWS = 200;

/** What training measured, a row a step. */
export interface StepTable {
  readonly columns: readonly string[];
  /** The step, then a value for each other column; `undefined`: not measured. */
  readonly rows: readonly (readonly (number | undefined)[])[];
  /** Steps from one row to the next; the last step is always there. */
  readonly every: number;
}

/** The signals of a run's training as a table, of a long run at equal distances. Shares are in per cent. */
export function stepTable({ steps }: Pick<RunData, 'steps'>): StepTable {
  const every = Math.ceil(steps.length / MOST_ROWS);
  const shown = steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
  const measured = trainingSignals.filter(({ name }) =>
    steps.some(({ metrics }) => readMetric(metrics, name) !== undefined),
  );
  return {
    columns: ['Step', ...measured.map(({ title, share }) => (share ? `${title}, %` : title))],
    rows: shown.map(({ step, metrics }) => [
      step,
      ...measured.map(({ name, share }) => {
        const value = readMetric(metrics, name);
        return value === undefined || !share ? value : 100 * value;
      }),
    ]),
    every,
  };
}
