import { readMetric } from '#shared/metrics/metric-table.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Unversioned } from '#shared/records/ids.ts';
import type { Metrics } from '#shared/records/runs.ts';
import type { StepTelemetry } from '#shared/records/telemetry.ts';

export interface StepMeasurements {
  /** When the step was over, milliseconds since 1970. */
  readonly at: number;
  /** Seconds of each phase; one that did not happen, as the rollout of a replayed step, is absent. */
  readonly seconds: Readonly<Record<string, number>>;
  /** That the scoring of checkpoints took beside it. */
  readonly scoringCpuSeconds: number;
  readonly peakBytes: Readonly<Record<string, number>>;
  /** What an hour of the machine costs, where somebody says it. */
  readonly usdPerHour: number | undefined;
}

/**
 * What a clock and the host say of a step. Tokens per second: sampled ones for `rollout`, those of prompts and
 * completions for `update`.
 */
export function stepTelemetry(
  metrics: Metrics,
  { at, seconds, scoringCpuSeconds, peakBytes, usdPerHour }: StepMeasurements,
): Unversioned<StepTelemetry> {
  const completion = readMetric(metrics, 'completion/tokens') ?? 0;
  const prompt = readMetric(metrics, 'prompt/tokens') ?? 0;
  const tokens = { rollout: completion, update: prompt + completion };
  const rates = Object.entries(tokens).flatMap(([phase, count]) => {
    const elapsed = seconds[phase] ?? 0;
    return elapsed > 0 ? [[phase, count / elapsed] as const] : [];
  });
  const scoring = scoringCpuSeconds > 0 ? { scoringCpuSeconds } : {};
  const hours = sum(Object.values(seconds)) / 3600;
  const cost = usdPerHour === undefined ? {} : { usd: hours * usdPerHour };
  return { at, seconds, ...cost, ...scoring, tokensPerSecond: Object.fromEntries(rates), peakBytes };
}
