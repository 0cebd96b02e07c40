import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readCompareData } from './compare-data.ts';
import { CompareQuery } from './compare-query.ts';
import { compareTable } from './compare-table.ts';
import { compareView } from './compare-view.ts';

/** Two evaluations, problem by problem: which is better, what else differs, what turned. */
export const comparePage = page({
  path: '/compare',
  params: z.object({}),
  query: CompareQuery,
  read: (_, query, ports) => readCompareData(query, ports),
  view: compareView,
  table: compareTable,
});
