import type { MetricName, NamedMetrics } from '#shared/metrics/metric-table.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Metrics } from '#shared/records/runs.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { describeValues, mean, share } from './describe-values.ts';

/**
 * What the rollouts of a step say before any update: rewards, verdicts, lengths, advantages. Means are over
 * completions, each counted once; those of advantages over completion tokens.
 *
 * @param rollouts - [G·K], the K completions of a group beside each other
 * @param tokenAdvantages - [N] of their completion tokens
 * @param samples - K
 */
export function rolloutMetrics(
  rollouts: readonly Rollout[],
  tokenAdvantages: Float32Array,
  samples: number,
): Metrics {
  const advantages = describeValues(tokenAdvantages);
  return {
    ...rewardMetrics(rollouts, samples),
    ...completionMetrics(rollouts),
    'advantage/mean': advantages.mean,
    'advantage/std': advantages.std,
    'advantage/min': advantages.min,
    'advantage/max': advantages.max,
    ...verdictCounts(rollouts),
  } satisfies NamedMetrics;
}

/** `group/correct_k` counts the groups with k correct completions, k = 0 … K: what a group's rewards can tell apart. */
function rewardMetrics(rollouts: readonly Rollout[], samples: number): Metrics {
  const rewards = rollouts.map(({ reward }) => reward);
  const groups = Array.from({ length: rollouts.length / samples }, (_, g) =>
    rollouts.slice(g * samples, (g + 1) * samples),
  );
  const groupMeans = describeValues(groups.map((group) => mean(group.map(({ reward }) => reward))));
  const correct = groups.map((group) => group.filter(isCorrect).length);
  const counts = Array.from({ length: samples + 1 }, (_, k) => [
    `group/correct_${k}` satisfies MetricName,
    correct.filter((count) => count === k).length,
  ]);
  return {
    'reward/mean': mean(rewards),
    'reward/std': describeValues(rewards).std,
    'reward/mixed_group_share': share(groups, (group) => isMixed(group)),
    'group/reward_min': groupMeans.min,
    'group/reward_max': groupMeans.max,
    'group/reward_std': groupMeans.std,
    ...partMeans(rollouts),
    ...Object.fromEntries(counts),
  } satisfies NamedMetrics;
}

/** The mean of each part of a sum of rewards; of another reward, none. */
function partMeans(rollouts: readonly Rollout[]): Metrics {
  const names = Object.keys(rollouts[0]?.parts ?? {});
  return Object.fromEntries(
    names.map((name) => [
      `reward/part/${name}` satisfies MetricName,
      mean(rollouts.map(({ parts }) => parts?.[name] ?? 0)),
    ]),
  );
}

function completionMetrics(rollouts: readonly Rollout[]): Metrics {
  const lengths = rollouts.map(({ completion }) => completion.length);
  const prompts = rollouts.map(({ prompt }) => prompt.length);
  const described = describeValues(lengths);
  return {
    'completion/accuracy': share(rollouts, isCorrect),
    'completion/length_mean': described.mean,
    'completion/length_max': described.max,
    'completion/length_min': described.min,
    'completion/tokens': sum(lengths),
    'completion/truncated_share': share(rollouts, ({ truncated }) => truncated),
    'completion/boxed_share': share(rollouts, ({ text }) => text.includes('\\boxed{')),
    'prompt/length_mean': mean(prompts),
    'prompt/tokens': sum(prompts),
  } satisfies NamedMetrics;
}

/** Completions by verdict and by the verifier's reason; only those that occur. */
function verdictCounts(rollouts: readonly Rollout[]): Metrics {
  const counts: Record<string, number> = {};
  for (const { verdict, reason } of rollouts) {
    const names: readonly MetricName[] = [`verdict/${verdict}`, `reason/${reason}`];
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function isCorrect({ verdict }: Rollout): boolean {
  return verdict === 'correct';
}

/** Whether the group's rewards differ: otherwise its advantages are 0. */
function isMixed(group: readonly Rollout[]): boolean {
  return group.some(({ reward }) => reward !== group[0]?.reward);
}
