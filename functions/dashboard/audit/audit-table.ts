import type { Table } from '../shell/csv.ts';
import type { AuditData } from './audit-data.ts';

/** The classes of disagreement, a row each. */
export function auditTable({ disagreements }: AuditData): Table {
  const columns = ['benchmark', 'said', 'completions', 'of', 'share', 'low', 'high'];
  const rows = disagreements.map(({ benchmark, said, completions, of, share, interval }) => [
    ...[benchmark, said, completions, of, share, ...interval],
  ]);
  return { columns, rows };
}
