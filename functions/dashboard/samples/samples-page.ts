import { z } from 'zod';
import { Digest } from '#shared/records/ids.ts';
import { page } from '../shell/page.ts';
import { readSamplesData } from './samples-data.ts';
import { SamplesQuery } from './samples-query.ts';
import { samplesTable } from './samples-table.ts';
import { samplesView } from './samples-view.ts';

/** The completions of an evaluation: filters with what each would leave, text search, one open beside the list. */
export const samplesPage = page({
  path: '/evaluations/:evaluation/samples',
  params: z.object({ evaluation: Digest }),
  query: SamplesQuery,
  read: ({ evaluation }, query, ports) => readSamplesData(evaluation, query, ports),
  view: samplesView,
  table: samplesTable,
});
