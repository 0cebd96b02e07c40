import { z } from 'zod';
import { Digest } from '#shared/records/ids.ts';
import { page } from '../shell/page.ts';
import { readEvaluationData } from './evaluation-data.ts';
import { evaluationTable } from './evaluation-table.ts';
import { evaluationView } from './evaluation-view.ts';

/** One evaluation: its score, how it stands, every benchmark, and how the scores are made. */
export const evaluationPage = page({
  path: '/evaluations/:evaluation',
  params: z.object({ evaluation: Digest }),
  query: z.strictObject({}),
  read: ({ evaluation }, _, ports) => readEvaluationData(evaluation, ports),
  view: evaluationView,
  table: evaluationTable,
});
