import { type EvaluationListItem, listEvaluations } from '../../results/evaluations/list-evaluations.ts';
import { listRuns } from '../../results/runs/list-runs.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type NarrowedRuns, narrowRuns } from './narrow-runs.ts';
import type { RunsQuery } from './runs-query.ts';

/** Runs of a page, and evaluations that are looked through for those without a run. */
const PAGE = 50;

/** All that the page of the runs shows. */
export interface RunsData extends NarrowedRuns {
  /** Runs of the page, whatever the filters. */
  readonly total: number;
  /** Cursor of older runs. */
  readonly next: string | null;
  /** The newest of models that are no checkpoint of a run. */
  readonly evaluations: readonly EvaluationListItem[];
}

/** Gathers the page of all runs. @throws {KnownError} `cursor-invalid` */
export async function readRunsData(query: RunsQuery, ports: DashboardPorts): Promise<RunsData> {
  const { items, next } = await listRuns({ limit: PAGE, cursor: query.cursor }, ports);
  const { items: evaluations } = await listEvaluations({ limit: PAGE }, ports);
  const loose = evaluations.filter(({ checkpoint }) => checkpoint === undefined);
  return { ...narrowRuns(items, query), total: items.length, next, evaluations: loose };
}
