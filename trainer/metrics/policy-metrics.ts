import type { Metrics } from '#shared/messages.ts';
import type { NamedMetrics } from '#shared/metrics/metric-table.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { concat } from '../rollouts/sequences.ts';

/** What the engine says of one or more passes of a step; token streams are [N], in the order of the rollouts. */
export interface PassReport {
  readonly loss: number;
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

/** What the passes of a step say: means over its N completion tokens. @param advantages - [N] of these */
export function policyMetrics(
  rollouts: readonly Rollout[],
  advantages: Float32Array,
  passes: PassReport,
  bounds: ClipBounds,
): Metrics {
  const tokens = advantages.length;
  const sums = tokenSums(
    concat(
      Float32Array,
      rollouts.map((rollout) => rollout.samplerLogprobs),
    ),
    advantages,
    passes,
    bounds,
  );
  return {
    'policy/loss': passes.loss,
    'policy/pg_loss': sums.pg / tokens,
    'policy/kl': sums.kl / tokens,
    'policy/entropy': sums.entropy / tokens,
    'policy/ppo_kl': sums.old / tokens - sums.now / tokens,
    'policy/clip_share': (sums.low + sums.high) / tokens,
    'policy/clip_low_share': sums.low / tokens,
    'policy/clip_high_share': sums.high / tokens,
    'policy/mismatch_kl': sums.mismatch / tokens,
  } satisfies NamedMetrics;
}

/**
 * Sums over all tokens, in order. `mismatch` is the k3 estimate of KL(sampler || trainer), 0 when both compute the same;
 * it compares with the old log-probabilities, which are of the weights that the sampler had.
 * `low` and `high` count the tokens whose loss the clip changes, −A·clip(ρ) > −A·ρ: below the lower bound where the
 * advantage is negative, above the upper one where it is positive.
 *
 * @see verl 0.2, core_algos.py, `pg_clipfrac`
 */
function tokenSums(
  sampler: Float32Array,
  advantages: Float32Array,
  passes: PassReport,
  { clipLow, clipHigh }: ClipBounds,
) {
  const { oldLogprobs, logprobs } = passes;
  let [low, high, mismatch] = [0, 0, 0];
  const [lowest, highest] = [Math.log(1 - clipLow), Math.log(1 + clipHigh)];
  for (let t = 0; t < advantages.length; t++) {
    const advantage = advantages[t] as number;
    const old = oldLogprobs[t] as number;
    const logRatio = (logprobs[t] as number) - old;
    if (advantage < 0 && logRatio < lowest) low++;
    if (advantage > 0 && logRatio > highest) high++;
    mismatch += k3(old - (sampler[t] as number));
  }
  const [pg, kl, entropy] = [sum(passes.pg), sum(passes.kl), sum(passes.entropy)];
  const [old, now] = [sum(oldLogprobs), sum(logprobs)];
  return { pg, kl, entropy, old, now, low, high, mismatch };
}

/** exp(d) − 1 − d, by its series where d is small: without cancellation, and cheaper. */
function k3(difference: number): number {
  const d = Math.min(MAX_LOG_RATIO, Math.max(-MAX_LOG_RATIO, difference));
  if (Math.abs(d) < 0.01) return d * d * (1 / 2 + d * (1 / 6 + d * (1 / 24 + d / 120)));
  return Math.expm1(d) - d;
}

/** Like `mean`, which serves plain arrays too and is four times slower for it. */
function sum(values: Float32Array): number {
  let total = 0;
  for (let t = 0; t < values.length; t++) total += values[t] as number;
  return total;
}
