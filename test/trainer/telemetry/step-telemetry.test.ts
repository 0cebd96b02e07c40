import { describe, expect, it } from 'vitest';
import { StepTelemetry } from '#shared/records/telemetry.ts';
import { stepTelemetry } from '#trainer/telemetry/step-telemetry.ts';

const metrics = { 'completion/tokens': 300, 'prompt/tokens': 100 };
const peakBytes = { engine: 2, driver: 1 };

describe('stepTelemetry', () => {
  it('gives sampled tokens per second of rollout, and all tokens per second of update', () => {
    const seconds = { turn: 3, rollout: 2, update: 4, reward: 0.5 };
    const measured = { at: 7, seconds, scoringCpuSeconds: 1.5, peakBytes, usdPerHour: 3600 };
    const telemetry = stepTelemetry(metrics, measured);
    expect(telemetry.tokensPerSecond).toEqual({ rollout: 150, update: 100 });
    expect(telemetry.usd).toBeCloseTo(9.5);
    const stored = { schemaVersion: 1, ...telemetry };
    expect(StepTelemetry.parse(stored)).toEqual(stored);
  });

  it('gives no rate of a phase that did not happen or that the clock did not see', () => {
    const telemetry = stepTelemetry(metrics, {
      at: 7,
      seconds: { update: 0 },
      scoringCpuSeconds: 0,
      peakBytes,
      usdPerHour: undefined,
    });
    expect(telemetry.tokensPerSecond).toEqual({});
    expect(telemetry).not.toHaveProperty('scoringCpuSeconds');
    expect(telemetry).not.toHaveProperty('usd');
  });
});
