import { z } from 'zod';
import { evaluationsTable } from '../evaluations/evaluations-table.ts';
import { page } from '../shell/page.ts';
import { chooseView } from './choose-view.ts';
import { type ChooseData, type CompareData, readChoices, readCompareData } from './compare-data.ts';
import { CompareQuery, isChosen } from './compare-query.ts';
import { compareTable } from './compare-table.ts';
import { compareView } from './compare-view.ts';

/** Evaluations held against one, problem by problem: which is better, what else differs, what turned. */
export const comparePage = page({
  path: '/compare',
  params: z.object({}),
  query: CompareQuery,
  read: async (_, query, ports): Promise<CompareData | ChooseData> =>
    isChosen(query) ? readCompareData(query, ports) : readChoices(ports),
  view: (data, looking) => ('choices' in data ? chooseView(data, looking.query) : compareView(data, looking)),
  table: (data) => ('choices' in data ? evaluationsTable({ evaluations: data.choices }) : compareTable(data)),
});
