import type { Metrics } from '#shared/messages.ts';
import type { NamedMetrics } from '#shared/metrics/metric-table.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import { mean, variance } from '../metrics/describe-values.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { concat, sequenceLengths, sequencesOf } from '../rollouts/sequences.ts';
import type { RunSettings } from '../settings/config.ts';
import { type CriticSlice, criticSlices } from './critic-slices.ts';
import { learningRateOf } from './learning-rate.ts';

/** Values and returns of one completion, n + 1 each; the first `readCount` enter the loss. */
interface Estimate {
  readonly values: Float32Array;
  readonly returns: Float32Array;
  readonly readCount: number;
}

/** All critic updates of a step, from old values to returns that both stay the same. */
export async function updateCritic(
  engine: EngineClient,
  step: number,
  rollouts: readonly Rollout[],
  { critic, sampling }: RunSettings,
): Promise<Metrics> {
  const learningRate = learningRateOf(step, critic.optim);
  const estimates = rollouts.map((rollout) => estimateOf(rollout, sampling.maxTokens));
  const counts = estimates.map(({ readCount }) => readCount);
  const slices = criticSlices(sequenceLengths(sequencesOf(rollouts)), counts, critic);
  const reports: { loss: number; gradNorm: number }[] = [];
  for (const slice of slices) {
    const { loss } = await accumulate(engine, rollouts, estimates, slice, critic.clip);
    const { clipNorm } = critic.optim;
    const stepped = await engine.call('optim_step', { slot: 'critic', learningRate, clipNorm });
    reports.push({ loss, gradNorm: stepped.result.gradNorm });
  }
  return {
    'critic/loss': mean(reports.map(({ loss }) => loss)),
    'critic/grad_norm': mean(reports.map(({ gradNorm }) => gradNorm)),
    'critic/learning_rate': learningRate,
    'critic/value_mean': mean(estimates.flatMap(({ values, readCount }) => [...values.slice(0, readCount)])),
    'critic/explained_variance': explainedVariance(estimates),
  } satisfies NamedMetrics;
}

async function accumulate(
  engine: EngineClient,
  rollouts: readonly Rollout[],
  estimates: readonly Estimate[],
  { members, weights }: CriticSlice,
  clip: number,
): Promise<{ readonly loss: number }> {
  const mine = members.map((b) => estimates[b] as Estimate);
  const { result } = await engine.call(
    'critic_forward_backward',
    { clip },
    {
      ...sequencesOf(members.map((b) => rollouts[b] as Rollout)),
      weights: concat(
        Float32Array,
        mine.map(({ values, readCount }, i) =>
          new Float32Array(values.length).fill(weights[i] as number, 0, readCount),
        ),
      ),
      returns: concat(
        Float32Array,
        mine.map(({ returns }) => returns),
      ),
      oldValues: concat(
        Float32Array,
        mine.map(({ values }) => values),
      ),
    },
  );
  return result;
}

function estimateOf({ critic }: Rollout, maxTokens: number): Estimate {
  if (!critic) throw new Error('the run has a critic, but the journal no values');
  const { values, returns } = critic;
  return { values, returns, readCount: Math.min(values.length, maxTokens) };
}

/** 1 − var(R − V) / var(R) over all places; 0 where all returns are equal. */
function explainedVariance(estimates: readonly Estimate[]): number {
  const pairs = estimates.flatMap(({ values, returns, readCount }) =>
    Array.from(values.slice(0, readCount), (value, t) => [value, returns[t] as number] as const),
  );
  const spread = variance(pairs.map(([, target]) => target));
  return spread === 0 ? 0 : 1 - variance(pairs.map(([value, target]) => target - value)) / spread;
}
