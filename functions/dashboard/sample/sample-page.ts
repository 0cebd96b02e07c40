import { page } from '../shell/page.ts';
import { readSampleData } from './sample-data.ts';
import { SampleParams } from './sample-params.ts';
import { SampleQuery } from './sample-query.ts';
import { sampleTable } from './sample-table.ts';
import { sampleView } from './sample-view.ts';

/** One completion: what was asked, what was read, why each grader decided so, and what the verifier says now. */
export const samplePage = page({
  path: '/evaluations/:evaluation/samples/:benchmark/:problem/:sample',
  params: SampleParams,
  query: SampleQuery,
  read: ({ evaluation, item }, { show: _, ...filters }, ports) =>
    readSampleData(evaluation, item, filters, ports),
  view: sampleView,
  table: sampleTable,
});
