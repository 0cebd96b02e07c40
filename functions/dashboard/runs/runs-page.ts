import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readRunsData } from './runs-data.ts';
import { RunsQuery } from './runs-query.ts';
import { runsTable } from './runs-table.ts';
import { runsView } from './runs-view.ts';

/** All runs, newest first: the first page. */
export const runsPage = page({
  path: '/',
  dataPath: '/runs',
  params: z.object({}),
  query: RunsQuery,
  read: (_, query, ports) => readRunsData(query, ports),
  view: runsView,
  table: runsTable,
});
