/**
 * One step of the optimizer from a step's rollouts: how much each token weighs (`token-weights.ts`), which
 * completions share a pass (`balanced-partition.ts`, `critic-slices.ts`), and the policy's and the critic's
 * updates. The loss itself is computed by the engine (`../engine/oneshot_engine/objective.py`), from weights
 * that are data.
 */
import type { Metrics } from '#shared/messages.ts';
import type { NamedMetrics } from '#shared/metrics/metric-table.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import { mean } from '../metrics/describe-values.ts';
import { finite } from '../metrics/finite.ts';
import type { PassReport } from '../metrics/policy-metrics.ts';
import { stepMetrics } from '../metrics/step-metrics.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { completionLengths, concat, sequenceLengths, sequencesOf, spread } from '../rollouts/sequences.ts';
import { tokenAdvantages } from '../rollouts/token-advantages.ts';
import type { RunSettings } from '../settings/config.ts';
import { hasCritic } from '../settings/has-critic.ts';
import { learningRateOf } from './learning-rate.ts';
import { tokenWeights } from './token-weights.ts';
import { updateCritic } from './update-critic.ts';

/**
 * All optimizer updates of a step, from its rollouts alone: those of the critic, if there is one, then those of the
 * policy. Whatever varies by token is sent as data; the engine only adds up.
 */
export async function update(
  engine: EngineClient,
  step: number,
  rollouts: readonly Rollout[],
  settings: RunSettings,
): Promise<Metrics> {
  const critic = hasCritic(settings) ? await updateCritic(engine, step, rollouts, settings) : {};
  const policy = await updatePolicy(engine, step, rollouts, settings);
  return finite({ ...policy, ...critic });
}

async function updatePolicy(
  engine: EngineClient,
  step: number,
  rollouts: readonly Rollout[],
  settings: RunSettings,
): Promise<Metrics> {
  const { optim, update } = settings;
  const learningRate = learningRateOf(step, optim);
  const size = update.completions ?? rollouts.length;
  const passes: PassReport[] = [];
  const gradNorms: number[] = [];
  let metrics: Metrics = {};
  for (let start = 0; start < rollouts.length; start += size) {
    passes.push(await accumulate(engine, rollouts.slice(start, start + size), settings));
    const stepping = engine.call('optim_step', { slot: 'policy', learningRate, clipNorm: optim.clipNorm });
    // Metrics are worked out while the engine is at work: it never waits for them.
    const describing = start + size < rollouts.length ? {} : describe(rollouts, passes, settings);
    const [{ result }, described] = await Promise.all([stepping, describing]);
    gradNorms.push(result.gradNorm);
    metrics = described;
  }
  return {
    ...metrics,
    'policy/grad_norm': mean(gradNorms),
    'policy/learning_rate': learningRate,
  } satisfies NamedMetrics;
}

/** The step's metrics from all its passes. Asynchronous so that it fails as a call to the engine does. */
async function describe(
  rollouts: readonly Rollout[],
  passes: readonly PassReport[],
  { samples, loss }: RunSettings,
): Promise<Metrics> {
  const stream = (name: keyof Omit<PassReport, 'loss'>) =>
    concat(
      Float32Array,
      passes.map((pass) => pass[name]),
    );
  const all = {
    loss: mean(passes.map((pass) => pass.loss)),
    oldLogprobs: stream('oldLogprobs'),
    logprobs: stream('logprobs'),
    entropy: stream('entropy'),
    pg: stream('pg'),
    kl: stream('kl'),
  };
  return stepMetrics(rollouts, samples, all, loss);
}

/** Adds the gradient of some completions' loss. */
async function accumulate(
  engine: EngineClient,
  rollouts: readonly Rollout[],
  { loss, sampling }: RunSettings,
): Promise<PassReport> {
  const { aggregation, klPlacement, ...spec } = loss;
  const klCoefficient = klPlacement === 'loss' ? loss.klCoefficient : 0;
  const sequences = sequencesOf(rollouts);
  const counts = completionLengths(sequences);
  const weights = tokenWeights(sequenceLengths(sequences), aggregation);
  const oldLogprobs = floatsOf(rollouts.map((rollout) => rollout.oldLogprobs));
  const referenceLogprobs = floatsOf(rollouts.map((rollout) => rollout.referenceLogprobs));
  const { result, tensors } = await engine.call(
    'forward_backward',
    { temperature: sampling.temperature, loss: { ...spec, klCoefficient } },
    {
      ...sequences,
      weights: spread(weights, counts),
      advantages: tokenAdvantages(rollouts),
      ...(oldLogprobs && { oldLogprobs }),
      ...(referenceLogprobs && { referenceLogprobs }),
    },
  );
  const stream = (name: string) => tensors[name] as Float32Array;
  return {
    loss: result.loss,
    oldLogprobs: oldLogprobs ?? stream('logprobs'),
    logprobs: stream('logprobs'),
    entropy: stream('entropy'),
    pg: stream('pg'),
    kl: stream('kl'),
  };
}

/** Streams of all rollouts one after another, if every rollout has one. */
function floatsOf(streams: readonly (Float32Array | null)[]): Float32Array | undefined {
  const present = streams.filter((stream) => stream !== null);
  return present.length < streams.length ? undefined : concat(Float32Array, present);
}
