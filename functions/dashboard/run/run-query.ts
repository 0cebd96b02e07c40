import { z } from 'zod';
import { RunId } from '#shared/records/ids.ts';
import { AXES } from './step-places.ts';

/** What of a run's page is chosen in its address. */
export const RunQuery = z.strictObject({
  /** What curves are drawn over. */
  x: z.enum(AXES).default('step'),
  /** All scores on one scale from 0 to 100, or each on its own. */
  y: z.enum(['full', 'fit']).default('full'),
  /** The run to hold it against: its format control where there is one, by default. */
  control: z.union([z.literal('none'), RunId]).optional(),
  /** Other seeds of the same settings: each as a thin line, under their mean, or left out. */
  seeds: z.enum(['all', 'mean', 'none']).default('all'),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** The query of another choice, as an address has it: what is the default is left out. */
export function runQuery(query: RunQuery, changed: Partial<RunQuery>): Record<string, string | undefined> {
  const { x, y, control, seeds } = { ...query, ...changed };
  return {
    ...{ x: x === 'step' ? undefined : x, y: y === 'full' ? undefined : y, control },
    seeds: seeds === 'all' ? undefined : seeds,
  };
}
