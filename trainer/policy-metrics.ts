import type { Metrics, Rollout } from '#shared/messages.ts';
import { decodeFloats } from './base64-array.ts';
import { mean } from './describe-values.ts';
import { concat } from './sequences.ts';

/** What the engine says of the updates of a step; token streams are [N], in the order of the rollouts. */
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

/** Bounds of the clipped ratio: [1 − low, 1 + high]. */
export interface ClipBounds {
  readonly clipLow: number;
  readonly clipHigh: number;
}

/** Bound on a difference of log-probabilities before it is exponentiated, so that every metric is finite. */
const MAX_LOG_RATIO = 20;

/** What the update of a step says: means over its N completion tokens. @param advantages - [N] of these */
export function policyMetrics(
  rollouts: readonly Rollout[],
  advantages: Float32Array,
  update: UpdateReport,
  bounds: ClipBounds,
): Metrics {
  const { oldLogprobs: old, logprobs } = update;
  return {
    'policy/loss': update.loss,
    'policy/pg_loss': mean(update.pg),
    'policy/kl': mean(update.kl),
    'policy/entropy': mean(update.entropy),
    'policy/ppo_kl': mean(old) - mean(logprobs),
    ...clipMetrics(advantages, update, bounds),
    'policy/mismatch_kl': mismatchKl(samplerLogprobs(rollouts), old),
    'policy/grad_norm': update.gradNorm,
    'policy/learning_rate': update.learningRate,
  };
}

/**
 * k3 estimate of KL(sampler || trainer) per token: 0 when both compute the same log-probabilities.
 *
 * @param sampler - [N]
 * @param trainer - [N] before any update of the step
 */
export function mismatchKl(sampler: ArrayLike<number>, trainer: ArrayLike<number>): number {
  let total = 0;
  for (let t = 0; t < sampler.length; t++) {
    const difference = (trainer[t] as number) - (sampler[t] as number);
    const bounded = Math.min(MAX_LOG_RATIO, Math.max(-MAX_LOG_RATIO, difference));
    total += Math.expm1(bounded) - bounded;
  }
  return total / sampler.length;
}

/**
 * Shares of tokens whose loss the clip changes, −A·clip(ρ) > −A·ρ: above the upper bound where the advantage is
 * positive, below the lower one where it is negative.
 *
 * @see verl 0.2, core_algos.py, `pg_clipfrac`
 */
function clipMetrics(
  advantages: Float32Array,
  { oldLogprobs, logprobs }: UpdateReport,
  { clipLow, clipHigh }: ClipBounds,
): Metrics {
  let [low, high] = [0, 0];
  const [lowest, highest] = [Math.log(1 - clipLow), Math.log(1 + clipHigh)];
  for (let t = 0; t < advantages.length; t++) {
    const advantage = advantages[t] as number;
    const logRatio = (logprobs[t] as number) - (oldLogprobs[t] as number);
    if (advantage < 0 && logRatio < lowest) low++;
    if (advantage > 0 && logRatio > highest) high++;
  }
  return {
    'policy/clip_share': (low + high) / advantages.length,
    'policy/clip_low_share': low / advantages.length,
    'policy/clip_high_share': high / advantages.length,
  };
}

function samplerLogprobs(rollouts: readonly Rollout[]): Float32Array {
  return concat(
    Float32Array,
    rollouts.map((rollout) => decodeFloats(rollout.samplerLogprobs)),
  );
}
