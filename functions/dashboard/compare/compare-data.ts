import type { GraderName } from '#shared/records/evaluations.ts';
import { compareEvaluations } from '../../results/evaluations/compare-evaluations.ts';
import { type Comparison, MARGIN } from '../../results/evaluations/comparison-view.ts';
import { evaluationEntry } from '../../results/evaluations/evaluation-entry.ts';
import { type NewestRound, newestRound } from '../../results/evaluations/newest-round.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { CompareQuery } from './compare-query.ts';
import { type FlipPage, readFlips } from './read-flips.ts';

/** One of the two evaluations. */
export interface ComparedSide {
  readonly evaluation: string;
  readonly model: string;
  /** `null` where a model was given by hand. */
  readonly checkpoint: { readonly run: string; readonly step: number } | null;
}

/** All that the page of a comparison shows. */
export interface CompareData {
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly comparison: Comparison;
  /** Graders that both have. */
  readonly graders: readonly GraderName[];
  readonly flips: FlipPage;
}

/**
 * Gathers the comparison of evaluation `b` with `a`.
 *
 * @throws {KnownError} `evaluation-unknown`, `evaluation-unfinished`, `grader-unknown`, `nothing-shared`
 */
export async function readCompareData(query: CompareQuery, ports: DashboardPorts): Promise<CompareData> {
  const { a, b, grader } = query;
  const { read } = await compareEvaluations(a, [b], { grader, margin: MARGIN }, ports);
  const [comparison] = (await read()) as [Comparison]; // one for each of the others
  const rounds = [await newestRound(a, ports), await newestRound(b, ports)] as const;
  const [first, second] = rounds.map(({ request }) => request.graders.map(({ name }) => name));
  return {
    a: await sideOf(rounds[0], ports),
    b: await sideOf(rounds[1], ports),
    comparison,
    graders: first?.filter((name) => second?.includes(name)) ?? [],
    flips: await readFlips(comparison, rounds, query, ports.store),
  };
}

async function sideOf({ ref, request }: NewestRound, ports: DashboardPorts): Promise<ComparedSide> {
  const entry = await evaluationEntry(ref.evaluation, ports);
  return {
    evaluation: ref.evaluation,
    model: request.generation.model,
    checkpoint: entry?.checkpoint ?? null,
  };
}
