import { hasCode } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { TakenOver } from '#shared/records/evaluations.ts';
import type { BenchmarkSummary, Score, Summary } from '#shared/records/summary.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { record } from '#shared/storage/records.ts';
import { evaluationEntry } from '../../results/evaluations/evaluation-entry.ts';
import type { EvaluationView } from '../../results/evaluations/evaluation-view.ts';
import { type HeadlineScore, headlineScore } from '../../results/evaluations/headline-score.ts';
import { newestScores } from '../../results/evaluations/newest-scores.ts';
import { findRequest, readEvaluation } from '../../results/evaluations/read-evaluation.ts';
import { readRepeatedSamples } from '../../results/evaluations/read-repeated-samples.ts';
import type { RepeatedSamples } from '../../results/evaluations/repeated-samples.ts';
import { findHeld } from '../../results/held.ts';
import { checkpointLine } from '../../results/runs/checkpoint-line.ts';
import { findRun } from '../../results/runs/find-run.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type Protocol, protocolOf } from '../protocol.ts';

/** All that the page of an evaluation shows. Scores and shares lie in [0, 1]. */
export interface EvaluationData
  extends Pick<
    EvaluationView,
    'evaluation' | 'round' | 'status' | 'over' | 'model' | 'coverage' | 'refused'
  > {
  /** The checkpoint that asked for it; `null` for a model that was given by hand. */
  readonly origin: Origin | null;
  /** Whose weights these were: checked by the workers, or as a server claims. `null` before there is a summary. */
  readonly policy: Summary['policy'] | null;
  /** Failed shards by reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Completions that could not be asked for, by reason. */
  readonly unanswered: Readonly<Record<string, number>>;
  /** Evaluations whose completions count in this round too, and how many of each. */
  readonly takenOver: TakenOver['from'];
  readonly score: HeadlineScore | null;
  readonly graders: readonly GraderScores[];
  /** Benchmarks with several samples of each problem, by the grader of `score`. */
  readonly repeated: readonly RepeatedSamples[];
  readonly protocol: Protocol;
}

export interface Origin {
  readonly run: string;
  readonly step: number;
  /** `null` where the run is gone, or cannot be read. */
  readonly recipe: string | null;
  /** The first scored checkpoint of the run, where that is another one. */
  readonly base: { readonly evaluation: string; readonly step: number } | null;
}

export interface GraderScores {
  readonly grader: string;
  readonly average: Score;
  readonly benchmarks: readonly BenchmarkScores[];
}

export interface BenchmarkScores
  extends Pick<
    BenchmarkSummary,
    | 'benchmark'
    | 'problems'
    | 'samplesPerProblem'
    | 'completions'
    | 'failed'
    | 'score'
    | 'meanTokens'
    | 'truncatedShare'
  > {
  /** Completions in which this grader found no answer. */
  readonly noAnswerShare: number | null;
}

/** Gathers the page of an evaluation. @throws {KnownError} `evaluation-unknown` */
export async function readEvaluationData(evaluation: string, ports: DashboardPorts): Promise<EvaluationData> {
  const view = await readEvaluation(evaluation, ports);
  const { round, status, over, model, coverage, refused, summary } = view;
  return {
    ...{ evaluation, round, status, over, model, coverage, refused },
    origin: await originOf(evaluation, ports),
    policy: summary?.policy ?? null,
    failed: summary?.coverage.failed ?? {},
    unanswered: summary?.coverage.unanswered ?? {},
    takenOver: (await findHeld(ports.store, record.takenOver({ evaluation, round })))?.from ?? [],
    score: summary && headlineScore(summary),
    graders: Object.entries(summary?.graders ?? {}).map(([grader, { average, benchmarks }]) => ({
      ...{ grader, average },
      benchmarks: benchmarks.map(benchmarkScores),
    })),
    repeated: await readRepeatedSamples(view, ports),
    protocol: protocolOf(await findRequest(ports.store, evaluation)),
  };
}

async function originOf(evaluation: string, ports: DashboardPorts): Promise<Origin | null> {
  const checkpoint = (await evaluationEntry(evaluation, ports))?.checkpoint;
  if (!checkpoint) return null;
  try {
    const { config } = await findRun(checkpoint.run, ports.store);
    const first = await firstScored(checkpoint.run, ports);
    const base = first && first.evaluation !== evaluation ? first : null;
    return { ...checkpoint, recipe: config.recipe, base };
  } catch (error) {
    if (hasCode(error, 'run-unknown') || isDamage(error)) return { ...checkpoint, recipe: null, base: null };
    throw error;
  }
}

/** The first checkpoint of a run that has scores; none after it is looked at. */
async function firstScored(run: string, ports: DashboardPorts): Promise<Origin['base']> {
  for (const { checkpoint, evaluation } of await checkpointLine(run, ports)) {
    if (evaluation !== null && (await newestScores(evaluation, ports)))
      return { evaluation, step: checkpoint.step };
  }
  return null;
}

/** Why a grader found no answer, as verdicts have it. */
const NO_ANSWER: ReadonlySet<string> = new Set(['no-box', 'empty-box', 'unclosed-box', 'no-answer']);

function benchmarkScores(summary: BenchmarkSummary): BenchmarkScores {
  const { benchmark, problems, samplesPerProblem, completions, failed, score } = summary;
  const { meanTokens, truncatedShare, reasons } = summary;
  const judged = Object.entries(reasons);
  const count = (entries: typeof judged) => sum(entries.map(([, each]) => each));
  const none = count(judged.filter(([reason]) => NO_ANSWER.has(reason)));
  return {
    ...{ benchmark, problems, samplesPerProblem, completions, failed, score, meanTokens, truncatedShare },
    noAnswerShare: judged.length === 0 ? null : none / count(judged),
  };
}
