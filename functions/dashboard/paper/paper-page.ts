import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readPaperData } from './paper-data.ts';
import { PaperQuery } from './paper-query.ts';
import { paperTable } from './paper-table.ts';
import { paperView } from './paper-view.ts';

/** A recipe of the paper: its row there, ours, and what lies between them. */
export const paperPage = page({
  path: '/recipes/:recipe/paper',
  params: z.object({ recipe: z.string().max(64) }),
  query: PaperQuery,
  read: ({ recipe }, query, ports) => readPaperData(recipe, query, ports),
  view: paperView,
  table: paperTable,
});
