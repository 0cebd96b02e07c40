import { inParallel } from '#shared/in-parallel.ts';
import { type EvaluationListItem, listEvaluations } from '../../results/evaluations/list-evaluations.ts';
import { recipeOf } from '../../results/runs/recipe-of.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { EvaluationsQuery } from './evaluations-query.ts';

const PAGE = 50;
/** Runs whose recipe is read at a time. */
const READERS = 8;

/** All that the page of evaluations shows. */
export interface EvaluationsData {
  readonly evaluations: readonly EvaluationRow[];
  /** Cursor of older ones. */
  readonly next: string | null;
}

/** An evaluation as a row. */
export interface EvaluationRow extends EvaluationListItem {
  /** Of the run whose checkpoint it scores; `null` where there is none, or it cannot be read. */
  readonly recipe: string | null;
}

/** Gathers a page of evaluations, newest first. @throws {KnownError} `cursor-invalid` */
export async function readEvaluationsData(
  { run, cursor }: EvaluationsQuery,
  ports: DashboardPorts,
): Promise<EvaluationsData> {
  const { items, next } = await listEvaluations({ limit: PAGE, run, cursor }, ports);
  const runs = [...new Set(items.flatMap(({ checkpoint }) => (checkpoint ? [checkpoint.run] : [])))];
  const recipes = new Map(
    await inParallel(runs, READERS, async (each) => [each, await recipeOf(each, ports.store)] as const),
  );
  const evaluations = items.map((item) => ({
    ...item,
    recipe: (item.checkpoint && recipes.get(item.checkpoint.run)) ?? null,
  }));
  return { evaluations, next };
}
