import type { GraderName } from '#shared/records/evaluations.ts';
import { compareEvaluations } from '../../results/evaluations/compare-evaluations.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import { evaluationEntry } from '../../results/evaluations/evaluation-entry.ts';
import { type NewestRound, newestRound } from '../../results/evaluations/newest-round.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type EvaluationRow, readEvaluationsData } from '../evaluations/evaluations-data.ts';
import type { ChosenQuery } from './compare-query.ts';
import { type FlipPage, readFlips } from './read-flips.ts';

/** One of the evaluations. */
export interface ComparedSide {
  readonly evaluation: string;
  readonly model: string;
  /** `null` where a model was given by hand. */
  readonly checkpoint: { readonly run: string; readonly step: number } | null;
  /** The sha256 of the completions; `null` where a model made them here. */
  readonly recording: string | null;
}

/** An evaluation, and how it compares with the first. */
export interface ComparedOther {
  readonly side: ComparedSide;
  readonly comparison: Comparison;
}

/** All that the page of a comparison shows. */
export interface CompareData {
  readonly a: ComparedSide;
  /** One or two: B, and C where there is a third. */
  readonly others: readonly [ComparedOther, ...ComparedOther[]];
  /** Graders that all have. */
  readonly graders: readonly GraderName[];
  /** Of the one that is chosen. */
  readonly flips: FlipPage;
}

/** What can be compared, where nothing is chosen yet: the newest with scores. */
export interface ChooseData {
  readonly choices: readonly EvaluationRow[];
}

/**
 * Gathers the comparison of one or two evaluations with `a`, adjusted for their number.
 *
 * @throws {KnownError} `evaluation-unknown`, `evaluation-unfinished`, `grader-unknown`, `nothing-shared`
 */
export async function readCompareData(query: ChosenQuery, ports: DashboardPorts): Promise<CompareData> {
  const { a, b, c, grader, margin } = query;
  const others = c === undefined ? [b] : [b, c];
  const { read } = await compareEvaluations(a, others, { grader, margin }, ports);
  const comparisons = await read();
  const first = await newestRound(a, ports);
  const rounds = await Promise.all(others.map((other) => newestRound(other, ports)));
  const compared = await Promise.all(
    rounds.map(async (round, index) => ({
      side: await sideOf(round, ports),
      comparison: comparisons[index] as Comparison, // one for each of the others
    })),
  );
  const chosen = query.of === 'c' && compared.length > 1 ? 1 : 0;
  return {
    a: await sideOf(first, ports),
    others: compared as [ComparedOther, ...ComparedOther[]], // b at least
    graders: sharedGraders([first, ...rounds]),
    flips: await readFlips(
      comparisons[chosen] as Comparison,
      [first, rounds[chosen] as NewestRound], // as many as comparisons
      query,
      ports.store,
    ),
  };
}

/** What there is to choose from. */
export async function readChoices(ports: DashboardPorts): Promise<ChooseData> {
  const { evaluations } = await readEvaluationsData({}, ports);
  return { choices: evaluations.filter(({ score }) => score !== null && score.mean !== null) };
}

function sharedGraders(rounds: readonly NewestRound[]): readonly GraderName[] {
  const [first = [], ...others] = rounds.map(({ request }) => request.graders.map(({ name }) => name));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

async function sideOf({ ref, request }: NewestRound, ports: DashboardPorts): Promise<ComparedSide> {
  const entry = await evaluationEntry(ref.evaluation, ports);
  const { model, generator } = request.generation;
  return {
    evaluation: ref.evaluation,
    model,
    checkpoint: entry?.checkpoint ?? null,
    recording: generator.kind === 'recorded' ? generator.completions : null,
  };
}
