import type { Metrics } from '#shared/records/runs.ts';
import { checkpointLine } from '../../results/runs/checkpoint-line.ts';
import { findRun } from '../../results/runs/find-run.ts';
import { listRollouts, type RolloutGroup } from '../../results/runs/list-rollouts.ts';
import { plannedSteps } from '../../results/runs/run-progress.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type Narrowed, narrowStep } from './narrow-step.ts';
import type { StepGroup } from './step-group.ts';
import type { StepQuery } from './step-query.ts';

/** More groups than any step has. */
const ALL = 1_000_000;

/** All that the page of a step shows. */
export interface StepData extends Narrowed {
  readonly run: string;
  readonly recipe: string;
  readonly step: number;
  readonly previous: number | null;
  readonly next: number | null;
  readonly plannedSteps: number | null;
  readonly metrics: Metrics;
  /** Metrics of the steps up to the run's newest checkpoint. */
  readonly steps: RunView['steps'];
  /** All groups, whatever the filters. */
  readonly outline: readonly Pick<StepGroup, 'row' | 'correct' | 'dead' | 'right'>[];
  readonly samples: number;
  readonly correct: number;
  /** How many different texts there are, and how often the most frequent one stands. */
  readonly texts: { readonly different: number; readonly mostFrequent: number };
  /** By reward, samples of the whole step. */
  readonly rewards: readonly { readonly reward: number; readonly samples: number }[];
  /** The only problem of the step; `null` where there are several. */
  readonly problem: string | null;
}

/** Gathers the page of a training step. @throws {KnownError} `run-unknown`, `step-unknown` */
export async function readStepData(
  run: string,
  step: number,
  query: StepQuery,
  ports: DashboardPorts,
): Promise<StepData> {
  const [found, { config }, line] = await Promise.all([
    listRollouts(run, step, { limit: ALL }, ports),
    findRun(run, ports.store),
    checkpointLine(run, ports),
  ]);
  const { recipe } = config;
  const steps = line.flatMap(({ checkpoint }) => checkpoint.steps);
  const groups = found.items.map(withOutline);
  const rollouts = groups.flatMap((group) => group.rollouts);
  const frequencies = [...Map.groupBy(rollouts, ({ text }) => text).values()].map((each) => each.length);
  const problems = new Set(groups.map(({ problem }) => problem));
  const rewards = [...Map.groupBy(rollouts, ({ reward }) => reward)];
  return {
    ...{ run, recipe, step, previous: found.previous, next: found.following, metrics: found.metrics, steps },
    plannedSteps: plannedSteps(config),
    outline: groups.map(({ row, correct, dead, right }) => ({ row, correct, dead, right })),
    samples: rollouts.length,
    correct: rollouts.filter(({ verdict }) => verdict === 'correct').length,
    texts: { different: frequencies.length, mostFrequent: Math.max(0, ...frequencies) },
    rewards: rewards
      .map(([reward, each]) => ({ reward, samples: each.length }))
      .sort((a, b) => a.reward - b.reward),
    problem: problems.size === 1 ? ([...problems][0] ?? null) : null,
    ...narrowStep(groups, query),
  };
}

function withOutline(group: RolloutGroup): StepGroup {
  const right = group.rollouts.map(({ verdict }) => verdict === 'correct');
  const dead = group.rollouts.every(({ advantage }) => advantage === 0);
  return { ...group, right, dead, correct: right.filter(Boolean).length };
}
