import { z } from 'zod';
import { RunId } from '#shared/records/ids.ts';
import { page } from '../shell/page.ts';
import { readRunData } from './run-data.ts';
import { RunQuery } from './run-query.ts';
import { runTable } from './run-table.ts';
import { runView } from './run-view.ts';

/** One run: its scores by checkpoint, its training, its example and its settings. */
export const runPage = page({
  path: '/runs/:run',
  params: z.object({ run: RunId }),
  query: RunQuery,
  read: ({ run }, { control }, ports) => readRunData(run, control, ports),
  view: runView,
  table: runTable,
});
