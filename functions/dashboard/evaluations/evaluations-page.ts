import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readEvaluationsData } from './evaluations-data.ts';
import { EvaluationsQuery } from './evaluations-query.ts';
import { evaluationsTable } from './evaluations-table.ts';
import { evaluationsView } from './evaluations-view.ts';

/** All evaluations, newest first. */
export const evaluationsPage = page({
  path: '/evaluations',
  params: z.object({}),
  query: EvaluationsQuery,
  read: (_, query, ports) => readEvaluationsData(query, ports),
  view: evaluationsView,
  table: evaluationsTable,
});
