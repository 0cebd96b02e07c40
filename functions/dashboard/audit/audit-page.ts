import { z } from 'zod';
import { page } from '../shell/page.ts';
import { readAuditData } from './audit-data.ts';
import { AuditQuery } from './audit-query.ts';
import { auditTable } from './audit-table.ts';
import { auditView } from './audit-view.ts';

/** Where graders disagree: how often, on what, and twenty of them to look at. */
export const auditPage = page({
  path: '/audit',
  params: z.object({}),
  query: AuditQuery,
  read: (_, query, ports) => readAuditData(query, ports),
  view: auditView,
  table: auditTable,
});
