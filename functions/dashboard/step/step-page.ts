import { z } from 'zod';
import { RunId } from '#shared/records/ids.ts';
import { page } from '../shell/page.ts';
import { readStepData } from './step-data.ts';
import { StepQuery } from './step-query.ts';
import { stepTable } from './step-table.ts';
import { stepView } from './step-view.ts';

/** One step of training: what was sampled, how it was rewarded and what that made likelier. */
export const stepPage = page({
  path: '/runs/:run/steps/:step',
  params: z.object({ run: RunId, step: z.coerce.number().int().min(0).max(999_999) }),
  query: StepQuery,
  read: ({ run, step }, query, ports) => readStepData(run, step, query, ports),
  view: stepView,
  table: stepTable,
});
