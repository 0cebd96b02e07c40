import type { Metrics, Rollout } from '#shared/messages.ts';
import { tokenWeights } from './aggregation.ts';
import { decodeAllFloats } from './base64-array.ts';
import type { RunSettings } from './config.ts';
import { mean } from './describe-values.ts';
import type { EngineClient, Tensors } from './engine-client.ts';
import { learningRateOf } from './learning-rate.ts';
import type { UpdateReport } from './policy-metrics.ts';
import { completionLengths, concat, sequenceLengths, sequencesOf, spread } from './sequences.ts';
import { stepMetrics } from './step-metrics.ts';
import { tokenAdvantages } from './token-advantages.ts';
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
  const critic =
    settings.advantage.estimator === 'gae' ? await updateCritic(engine, step, rollouts, settings) : {};
  const policy = await updatePolicy(engine, step, rollouts, settings);
  return { ...stepMetrics(rollouts, settings.samples, policy, settings.loss), ...critic };
}

async function updatePolicy(
  engine: EngineClient,
  step: number,
  rollouts: readonly Rollout[],
  settings: RunSettings,
): Promise<UpdateReport> {
  const { optim, update } = settings;
  const learningRate = learningRateOf(step, optim);
  const size = update.completions ?? rollouts.length;
  const reports: { loss: number; gradNorm: number; tensors: Tensors; old: Float32Array }[] = [];
  for (let start = 0; start < rollouts.length; start += size) {
    const slice = rollouts.slice(start, start + size);
    const oldLogprobs = floatsOf(slice.map((rollout) => rollout.oldLogprobs));
    const { result, tensors } = await accumulate(engine, slice, oldLogprobs, settings);
    const stepped = await engine.call('optim_step', {
      slot: 'policy',
      learningRate,
      clipNorm: optim.clipNorm,
    });
    const old = oldLogprobs ?? (tensors['logprobs'] as Float32Array);
    reports.push({ loss: result.loss, gradNorm: stepped.result.gradNorm, tensors, old });
  }
  const stream = (name: string) =>
    concat(
      Float32Array,
      reports.map(({ tensors }) => tensors[name] as Float32Array),
    );
  return {
    loss: mean(reports.map(({ loss }) => loss)),
    gradNorm: mean(reports.map(({ gradNorm }) => gradNorm)),
    learningRate,
    oldLogprobs: concat(
      Float32Array,
      reports.map(({ old }) => old),
    ),
    logprobs: stream('logprobs'),
    entropy: stream('entropy'),
    pg: stream('pg'),
    kl: stream('kl'),
  };
}

/** Adds the gradient of some completions' loss. */
function accumulate(
  engine: EngineClient,
  rollouts: readonly Rollout[],
  oldLogprobs: Float32Array | undefined,
  { loss, sampling }: RunSettings,
) {
  const { aggregation, klPlacement, ...spec } = loss;
  const klCoefficient = klPlacement === 'loss' ? loss.klCoefficient : 0;
  const sequences = sequencesOf(rollouts);
  const counts = completionLengths(sequences);
  const weights = tokenWeights(sequenceLengths(sequences), aggregation);
  const referenceLogprobs = floatsOf(rollouts.map((rollout) => rollout.referenceLogprobs));
  return engine.call(
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
}

/** Streams of all rollouts one after another, if every rollout has one. */
function floatsOf(streams: readonly (string | null)[]): Float32Array | undefined {
  const present = streams.filter((stream) => stream !== null);
  return present.length < streams.length ? undefined : decodeAllFloats(present);
}
