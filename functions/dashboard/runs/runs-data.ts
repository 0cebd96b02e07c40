import { inParallel } from '#shared/in-parallel.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { headlineScore } from '../../results/evaluations/headline-score.ts';
import { type EvaluationListItem, listEvaluations } from '../../results/evaluations/list-evaluations.ts';
import { listRuns } from '../../results/runs/list-runs.ts';
import { readRun } from '../../results/runs/read-run.ts';
import type { RunListItem } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type NarrowedRuns, narrowRuns } from './narrow-runs.ts';
import type { RunRow } from './run-row.ts';
import type { RunsQuery } from './runs-query.ts';

/** Runs of a page, and evaluations that are looked through for those without a run. */
const PAGE = 50;
/** Runs that are read at a time. */
const READERS = 8;

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
  const rows = await inParallel(items, READERS, (item) => withCurve(item, ports));
  const { items: evaluations } = await listEvaluations({ limit: PAGE }, ports);
  const loose = evaluations.filter(({ checkpoint }) => checkpoint === undefined);
  return { ...narrowRuns(rows, query), total: rows.length, next, evaluations: loose };
}

async function withCurve(item: RunListItem, ports: DashboardPorts): Promise<RunRow> {
  try {
    const { checkpoints } = await readRun(item.run, ports);
    return {
      ...item,
      curve: checkpoints.map(({ step, scores }) => ({
        step,
        mean: (scores && headlineScore({ graders: scores })?.mean) ?? null,
      })),
      unscored: checkpoints.filter(({ failed, refused }) => refused || Object.keys(failed).length > 0).length,
    };
  } catch (error) {
    if (isDamage(error)) return { ...item, curve: [], unscored: 0 };
    throw error;
  }
}
