import type { Metrics, Rollout } from '#shared/messages.ts';
import { type ClipBounds, policyMetrics, type UpdateReport } from './policy-metrics.ts';
import { rolloutMetrics } from './rollout-metrics.ts';
import { tokenAdvantages } from './token-advantages.ts';

/**
 * The metrics of a step: true means over its batch, of tokens or of completions. Pure and deterministic; what a clock
 * measures is telemetry (`step-telemetry.ts`).
 *
 * @throws {Error} on a metric that is not finite, which no stored object could hold
 */
export function stepMetrics(
  rollouts: readonly Rollout[],
  samples: number,
  update: UpdateReport,
  bounds: ClipBounds,
): Metrics {
  const advantages = tokenAdvantages(rollouts);
  const metrics = {
    ...rolloutMetrics(rollouts, advantages, samples),
    ...policyMetrics(rollouts, advantages, update, bounds),
  };
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new Error(`the metric ${name} is ${value}`);
  }
  return metrics;
}
