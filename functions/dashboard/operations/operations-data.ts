import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { QueueName } from '#shared/messaging/messages.ts';
import { keys, parseEvaluationEntry } from '#shared/storage/keys.ts';
import { evaluationEntry } from '../../results/evaluations/evaluation-entry.ts';
import { type DeadLetter, deadLetters } from '../../results/operations/dead-letters.ts';
import { type EvaluationCost, evaluationCost } from '../../results/operations/evaluation-cost.ts';
import { type EvaluationTimeline, evaluationTimeline } from '../../results/operations/evaluation-timeline.ts';
import { type OpenEvaluation, openWork } from '../../results/operations/open-evaluations.ts';
import { recipeOf } from '../../results/runs/recipe-of.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import type { OperationsQuery } from './operations-query.ts';

/** Runs whose recipe is read at a time. */
const READERS = 8;

/** All that the page of the evaluation plane shows. */
export interface OperationsData {
  /** `null` where the queues cannot be asked. */
  readonly queues: readonly QueueState[] | null;
  readonly open: readonly OpenRow[];
  /** Evaluations that are not over, those that are not shown among them. */
  readonly openTotal: number;
  /** Checkpoints whose evaluation nobody has planned yet. */
  readonly unplanned: number;
  readonly letters: readonly (DeadLetter & { readonly source: Source | null })[];
  /** One evaluation over time; `null` where there is none. */
  readonly shown: ShownEvaluation | null;
}

export interface QueueState {
  readonly queue: QueueName;
  readonly waiting: number;
  /** Somebody works on them, or they come again after a pause. */
  readonly taken: number;
  /** Dead letters that nobody has recorded yet; `null` where they are not known here. */
  readonly dead: number | null;
  /** Messages that are worked on at a time, at most; `null` where nobody has said. */
  readonly limit: number | null;
  /** More wait, and no more are taken. */
  readonly binds: boolean;
}

/** Whose scores an evaluation makes. */
export interface Source {
  readonly run: string;
  readonly step: number;
  readonly recipe: string | null;
}

export interface OpenRow extends Omit<OpenEvaluation, 'checkpoint'> {
  readonly source: Source | null;
  /** Since it was asked for, whole minutes; `null` where that is not known. */
  readonly ageMinutes: number | null;
}

export interface ShownEvaluation {
  readonly source: Source | null;
  readonly timeline: EvaluationTimeline;
  /** `null` where its problems are not there any more. */
  readonly cost: EvaluationCost | null;
}

/** Gathers the page of the evaluation plane. @throws {KnownError} `evaluation-unknown` */
export async function readOperationsData(
  { evaluation }: OperationsQuery,
  ports: DashboardPorts,
): Promise<OperationsData> {
  const work = await openWork(ports);
  const letters = await deadLetters(ports);
  const sources = new Sources(ports);
  const chosen = evaluation ?? work.evaluations[0]?.evaluation ?? (await newest(ports));
  return {
    queues: await queueStates(ports),
    open: await inParallel(work.evaluations, READERS, async ({ checkpoint: _, ...each }) => ({
      ...each,
      source: await sources.of(each.evaluation),
      ageMinutes: each.askedAt === null ? null : minutesSince(each.askedAt, ports),
    })),
    openTotal: work.total,
    unplanned: work.checkpoints,
    letters: await inParallel(letters, READERS, async (letter) => ({
      ...letter,
      source: letter.evaluation === null ? null : await sources.of(letter.evaluation),
    })),
    shown: chosen === undefined ? null : await readShown(chosen, sources, ports),
  };
}

async function queueStates({ depths, host }: DashboardPorts): Promise<readonly QueueState[] | null> {
  const found = await depths?.();
  if (!found) return null;
  return QueueName.options.map((queue) => {
    const limit = host.concurrency[queue] ?? null;
    const { waiting, taken, dead } = found[queue];
    return { queue, waiting, taken, dead, limit, binds: limit !== null && waiting > 0 && taken >= limit };
  });
}

function minutesSince(time: string, { clock }: DashboardPorts): number {
  return Math.max(0, Math.floor((clock.now() - Date.parse(time)) / 60_000));
}

async function newest({ lists }: DashboardPorts): Promise<string | undefined> {
  const [key] = await lists.list(keys.prefix.evaluationEntries, { limit: 1 });
  return key && parseEvaluationEntry(key);
}

async function readShown(
  evaluation: string,
  sources: Sources,
  ports: DashboardPorts,
): Promise<ShownEvaluation> {
  return {
    source: await sources.of(evaluation),
    timeline: await evaluationTimeline(evaluation, ports),
    cost: await costOf(evaluation, ports),
  };
}

async function costOf(evaluation: string, ports: DashboardPorts): Promise<EvaluationCost | null> {
  try {
    return await evaluationCost(evaluation, { ...ports, costUsd: ports.host.costUsd });
  } catch (error) {
    if (hasCode(error, 'problem-set-missing') || hasCode(error, 'problem-set-invalid')) return null;
    throw error;
  }
}

/** Where evaluations come from, the recipe of each run read once. */
class Sources {
  readonly #ports: DashboardPorts;
  readonly #recipes = new Map<string, Promise<string | null>>();

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
  }

  async of(evaluation: string): Promise<Source | null> {
    const checkpoint = (await evaluationEntry(evaluation, this.#ports))?.checkpoint;
    if (!checkpoint) return null;
    const { run, step } = checkpoint;
    const recipe = this.#recipes.get(run) ?? recipeOf(run, this.#ports.store);
    this.#recipes.set(run, recipe);
    return { run, step, recipe: await recipe };
  }
}
