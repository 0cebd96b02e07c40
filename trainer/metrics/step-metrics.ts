/**
 * What a step was like, in numbers: deterministic functions of its rollouts and passes, recorded with the
 * step and equal on every replay. What a clock measures is telemetry (`../telemetry/`).
 */
import type { Metrics } from '#shared/messages.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { tokenAdvantages } from '../rollouts/token-advantages.ts';
import { type ClipBounds, type PassReport, policyMetrics } from './policy-metrics.ts';
import { rolloutMetrics } from './rollout-metrics.ts';

/**
 * The metrics of a step's rollouts and passes: true means over its batch, of tokens or of completions. Pure and
 * deterministic; what a clock measures is telemetry (`step-telemetry.ts`).
 */
export function stepMetrics(
  rollouts: readonly Rollout[],
  samples: number,
  passes: PassReport,
  bounds: ClipBounds,
): Metrics {
  const advantages = tokenAdvantages(rollouts);
  return {
    ...rolloutMetrics(rollouts, advantages, samples),
    ...policyMetrics(rollouts, advantages, passes, bounds),
  };
}
