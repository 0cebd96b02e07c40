import type { Metrics, StepTelemetry } from '#shared/messages.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';

export interface StepMeasurements {
  /** When the step was over, milliseconds since 1970. */
  readonly at: number;
  /** Seconds of each phase; one that did not happen, as the rollout of a replayed step, is absent. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakBytes: Readonly<Record<string, number>>;
}

/**
 * What a clock and the host say of a step. Tokens per second: sampled ones for `rollout`, those of prompts and
 * completions for `update`.
 */
export function stepTelemetry(metrics: Metrics, { at, seconds, peakBytes }: StepMeasurements): StepTelemetry {
  const completion = readMetric(metrics, 'completion/tokens') ?? 0;
  const prompt = readMetric(metrics, 'prompt/tokens') ?? 0;
  const tokens = { rollout: completion, update: prompt + completion };
  const rates = Object.entries(tokens).flatMap(([phase, count]) => {
    const elapsed = seconds[phase] ?? 0;
    return elapsed > 0 ? [[phase, count / elapsed] as const] : [];
  });
  return { schemaVersion: 1, at, seconds, tokensPerSecond: Object.fromEntries(rates), peakBytes };
}
