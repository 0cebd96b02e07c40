import type { Metrics, Rollout } from '#shared/messages.ts';
import { decodeFloats, decodeInts } from './base64-array.ts';

/** What the engine says of one update; token streams are [N], in the order of the rollouts. */
export interface UpdateReport {
  readonly loss: number;
  readonly gradNorm: number;
  readonly learningRate: number;
  /** As the ratio reads them: before the step's first update. */
  readonly oldLogprobs: Float32Array;
  readonly logprobs: Float32Array;
  readonly entropy: Float32Array;
  readonly pg: Float32Array;
  readonly kl: Float32Array;
}

/** The metrics of a step: true means over its batch, of tokens or of completions. Pure and deterministic. */
export function stepMetrics(rollouts: readonly Rollout[], samples: number, update: UpdateReport): Metrics {
  const lengths = rollouts.map(({ completion }) => decodeInts(completion).length);
  const rewards = rollouts.map(({ reward }) => reward);
  const groups = Array.from({ length: rewards.length / samples }, (_, g) =>
    rewards.slice(g * samples, (g + 1) * samples),
  );
  return {
    'reward/mean': mean(rewards),
    'reward/mixed_group_share': share(groups, (group) => group.some((reward) => reward !== group[0])),
    'verdict/correct_share': share(rollouts, ({ verdict }) => verdict === 'correct'),
    'completion/length_mean': mean(lengths),
    'completion/length_max': Math.max(...lengths),
    'completion/truncated_share': share(rollouts, ({ truncated }) => truncated),
    'completion/boxed_share': share(rollouts, ({ text }) => text.includes('\\boxed{')),
    'policy/loss': update.loss,
    'policy/pg_loss': mean(update.pg),
    'policy/kl': mean(update.kl),
    'policy/entropy': mean(update.entropy),
    'policy/mismatch_kl': mismatch(rollouts, update.oldLogprobs),
    'policy/grad_norm': update.gradNorm,
    'policy/learning_rate': update.learningRate,
  };
}

/** k3 estimate of KL(sampler || trainer) per token: 0 when both compute the same log-probabilities. */
function mismatch(rollouts: readonly Rollout[], logprobs: Float32Array): number {
  const sampler = rollouts.flatMap(({ samplerLogprobs }) => [...decodeFloats(samplerLogprobs)]);
  return mean(
    sampler.map((old, t) => Math.expm1((logprobs[t] as number) - old) - ((logprobs[t] as number) - old)),
  );
}

function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total / values.length;
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}
