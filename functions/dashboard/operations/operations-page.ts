import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readOperationsData } from './operations-data.ts';
import { OperationsQuery } from './operations-query.ts';
import { operationsTable } from './operations-table.ts';
import { operationsView } from './operations-view.ts';

/** The evaluation plane: what waits, what is worked on, what died, and one evaluation over time. */
export const operationsPage = page({
  path: '/operations',
  params: z.object({}),
  query: OperationsQuery,
  read: (_, query, ports) => readOperationsData(query, ports),
  view: operationsView,
  table: operationsTable,
});
