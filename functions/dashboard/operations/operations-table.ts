import type { Table } from '../shell/csv.ts';
import type { OperationsData } from './operations-data.ts';

/** A row for each shard of the evaluation that is shown; times of the store, seconds of workers. */
export function operationsTable({ shown }: OperationsData): Table {
  const columns = [
    ...['evaluation', 'round', 'recipe', 'run', 'step', 'shard', 'generateFrom', 'generateTo'],
    ...['verifyFrom', 'verifyTo', 'deliveries', 'straggles'],
    ...['startSeconds', 'waitSeconds', 'fetchSeconds', 'roundSeconds', 'openSeconds'],
  ];
  if (!shown) return { columns, rows: [] };
  const { timeline, source } = shown;
  const rows = timeline.shards.map(({ shard, generate, verify, deliveries, straggles, loading }) => [
    ...[timeline.evaluation, timeline.round, source?.recipe, source?.run, source?.step, shard],
    ...[generate?.from, generate?.to, verify?.from, verify?.to, deliveries, straggles],
    ...[loading.start, loading.wait, loading.fetch, loading.round, loading.open],
  ]);
  return { columns, rows };
}
