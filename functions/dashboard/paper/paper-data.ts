import { KnownError } from '#shared/errors.ts';
import type { BenchmarkSummary, Score } from '#shared/records/summary.ts';
import { headlineGrader } from '../../results/evaluations/headline-score.ts';
import { type AgainstPaper, againstPaper } from '../../results/paper/against-paper.ts';
import {
  PAPER_SETS,
  type PaperExperiment,
  type PaperRow,
  type PaperSet,
  paperExperiment,
  paperRecipes,
} from '../../results/paper/paper-rows.ts';
import { listRuns } from '../../results/runs/list-runs.ts';
import { readRun } from '../../results/runs/read-run.ts';
import type { RunListItem, RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { PaperQuery } from './paper-query.ts';

/** Runs of a recipe that can be chosen, newest first. */
const MOST_RUNS = 20;
/** The grader that scores as the paper's evaluation does. */
const PAPERS_GRADER = 'paper-eval';

/** All that the page of the paper's table shows. Scores are shares. */
export interface PaperData {
  readonly recipe: string;
  readonly paper: PaperRow;
  /** What the paper has of the base model. */
  readonly paperBase: PaperRow;
  readonly runs: readonly Pick<RunListItem, 'run' | 'createdAt' | 'state'>[];
  /** The run that is held against the paper; `null` where none of the recipe has scores. */
  readonly ours: OurRun | null;
  /** A line for each set that both have, the mean first where they have all six. */
  readonly lines: readonly PaperLine[];
  /** The format reward on the same model, here and in the paper; `null` where neither has it. */
  readonly format: FormatControl | null;
  /** Where no run is of this recipe: those of which the newest are. */
  readonly otherRecipes: readonly string[];
}

export interface OurRun {
  readonly run: string;
  readonly grader: string;
  readonly graders: readonly string[];
  readonly picked: PickedCheckpoint;
  /** Checkpoints with scores: of so many it is the best. */
  readonly scored: number;
  /** Its first checkpoint, where that has scores and is the base. */
  readonly base: PickedCheckpoint | null;
}

export interface PickedCheckpoint {
  readonly step: number;
  readonly evaluation: string;
  readonly average: Score;
  readonly benchmarks: readonly Pick<
    BenchmarkSummary,
    'benchmark' | 'problems' | 'samplesPerProblem' | 'score'
  >[];
}

export interface FormatControl {
  readonly recipe: string;
  readonly paper: PaperRow | null;
  /** Its newest run with scores, picked as ours was. */
  readonly run: string | null;
  readonly picked: PickedCheckpoint | null;
}

/** A set, or the mean of the six, in the paper and here. */
export interface PaperLine {
  readonly set: PaperSet | 'mean';
  readonly paper: number;
  readonly ours: Score;
  readonly against: AgainstPaper | null;
  readonly base: { readonly paper: number; readonly ours: number | null };
  readonly format: { readonly paper: number | null; readonly ours: number | null } | null;
}

/** Gathers the page. @throws {KnownError} `paper-row-unknown`, `run-unknown`, `grader-unknown` */
export async function readPaperData(
  recipe: string,
  query: PaperQuery,
  ports: DashboardPorts,
): Promise<PaperData> {
  const experiment = paperExperiment(recipe);
  if (!experiment) {
    const message = `The paper has no row of the six sets for a recipe ${recipe}. It has one for ${paperRecipes.join(', ')}.`;
    throw new KnownError('paper-row-unknown', message);
  }
  const { items } = await listRuns({ recipe, limit: MOST_RUNS }, ports);
  const ours = await ourRun(query, items, ports);
  const format = await formatControl(experiment, query, ports);
  return {
    recipe,
    paper: experiment.row,
    paperBase: experiment.base,
    runs: items.map(({ run, createdAt, state }) => ({ run, createdAt, state })),
    ours,
    lines: ours ? linesOf(experiment, ours, format) : [],
    format,
    otherRecipes: items.length > 0 ? [] : await otherRecipes(ports),
  };
}

/** The one that is asked for, else the newest with scores. */
async function ourRun(
  query: PaperQuery,
  items: readonly RunListItem[],
  ports: DashboardPorts,
): Promise<OurRun | null> {
  const chosen = query.run ?? items.find(({ score }) => score !== null)?.run;
  return chosen === undefined ? null : pickFrom(await readRun(chosen, ports), query);
}

/** @throws {KnownError} `grader-unknown` */
function pickFrom({ run, checkpoints }: RunView, { grader: wanted, pick }: PaperQuery): OurRun | null {
  const graders = [...new Set(checkpoints.flatMap(({ scores }) => Object.keys(scores ?? {})))];
  const grader = wanted ?? (graders.includes(PAPERS_GRADER) ? PAPERS_GRADER : headlineGrader(graders));
  if (grader === undefined) return null;
  if (!graders.includes(grader))
    throw new KnownError(
      'grader-unknown',
      `Run ${run} was not graded by ${grader}, but by ${graders.join(', ')}.`,
    );
  const scored = checkpoints.flatMap(({ step, evaluation, scores }): PickedCheckpoint[] => {
    const found = scores?.[grader];
    return found && evaluation !== null && found.average.mean !== null
      ? [{ step, evaluation, ...found }]
      : [];
  });
  const picked = pick === 'last' ? scored.at(-1) : bestOf(scored);
  if (!picked) return null;
  const [first] = scored;
  return { run, grader, graders, picked, scored: scored.length, base: first?.step === 0 ? first : null };
}

/** The one with the highest mean, the first of equals. */
function bestOf(scored: readonly PickedCheckpoint[]): PickedCheckpoint | undefined {
  return scored.reduce<PickedCheckpoint | undefined>(
    (best, next) => ((next.average.mean ?? 0) > (best?.average.mean ?? -1) ? next : best),
    undefined,
  );
}

async function formatControl(
  { formatRecipe: recipe }: PaperExperiment,
  { pick, grader }: PaperQuery,
  ports: DashboardPorts,
): Promise<FormatControl | null> {
  if (recipe === null) return null;
  const { items } = await listRuns({ recipe, limit: MOST_RUNS }, ports);
  const found = await ourRun({ pick, grader }, items, ports);
  return {
    recipe,
    paper: paperExperiment(recipe)?.row ?? null,
    run: found?.run ?? null,
    picked: found?.picked ?? null,
  };
}

function linesOf(
  { row, base }: PaperExperiment,
  { picked, base: ownBase }: OurRun,
  format: FormatControl | null,
): readonly PaperLine[] {
  const line = (set: PaperSet | 'mean', ours: Score): PaperLine => {
    const published = publishedOf(row, set);
    return {
      ...{ set, paper: published, ours, against: againstPaper(ours, published) },
      base: { paper: publishedOf(base, set), ours: meanOf(ownBase, set) },
      format: format && {
        paper: format.paper && publishedOf(format.paper, set),
        ours: meanOf(format.picked, set),
      },
    };
  };
  const sets = PAPER_SETS.flatMap((set) => {
    const found = picked.benchmarks.find(({ benchmark }) => benchmark === set);
    return found ? [line(set, found.score)] : [];
  });
  const isWhole = sets.length === PAPER_SETS.length && picked.benchmarks.length === PAPER_SETS.length;
  return isWhole ? [line('mean', picked.average), ...sets] : sets;
}

function publishedOf({ scores, average }: PaperRow, set: PaperSet | 'mean'): number {
  return set === 'mean' ? average : scores[set];
}

function meanOf(checkpoint: PickedCheckpoint | null, set: PaperSet | 'mean'): number | null {
  if (!checkpoint) return null;
  if (set === 'mean') return checkpoint.average.mean;
  return checkpoint.benchmarks.find(({ benchmark }) => benchmark === set)?.score.mean ?? null;
}

async function otherRecipes(ports: DashboardPorts): Promise<readonly string[]> {
  const { items } = await listRuns({ limit: MOST_RUNS }, ports);
  return [...new Set(items.map(({ recipe }) => recipe))];
}
