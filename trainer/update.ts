import type { Metrics, Rollout } from '#shared/messages.ts';
import { tokenWeights } from './aggregation.ts';
import { decodeFloats } from './base64-array.ts';
import type { RunSettings } from './config.ts';
import type { EngineClient } from './engine-client.ts';
import { type Sequences, sequencesOf, spread } from './sequences.ts';
import { stepMetrics } from './step-metrics.ts';

/**
 * One optimizer update from the rollouts of a step: on-policy, so the ratio's old log-probabilities are the current
 * ones, detached. Whatever varies by token is sent as data; the engine only adds up.
 */
export async function update(
  engine: EngineClient,
  step: number,
  rollouts: readonly Rollout[],
  { loss, optim, sampling, samples }: RunSettings,
): Promise<Metrics> {
  const { aggregation, ...spec } = loss;
  const sequences = sequencesOf(rollouts);
  const weights = tokenWeights(lengthsOf(sequences), aggregation);
  const { result, tensors } = await engine.call(
    'forward_backward',
    { temperature: sampling.temperature, loss: spec },
    {
      ...sequences,
      weights: spread(weights, sequences),
      advantages: spread(
        rollouts.map(({ advantage }) => advantage),
        sequences,
      ),
      ...(spec.klCoefficient === 0 ? {} : { referenceLogprobs: referenceOf(rollouts) }),
    },
  );
  const learningRate = step === 1 && optim.zeroLrFirstStep ? 0 : optim.learningRate;
  const { gradNorm } = (await engine.call('optim_step', { learningRate, clipNorm: optim.clipNorm })).result;
  return stepMetrics(rollouts, samples, {
    loss: result.loss,
    gradNorm,
    learningRate,
    logprobs: tensors['logprobs'] as Float32Array,
    entropy: tensors['entropy'] as Float32Array,
    pg: tensors['pg'] as Float32Array,
    kl: tensors['kl'] as Float32Array,
  });
}

function lengthsOf({ lengths, promptLengths }: Sequences) {
  return Array.from(lengths, (length, b) => {
    const prompt = promptLengths[b] as number;
    return { prompt, completion: length - prompt };
  });
}

function referenceOf(rollouts: readonly Rollout[]): Float32Array {
  return Float32Array.from(
    rollouts.flatMap(({ referenceLogprobs }) => {
      if (referenceLogprobs === null) throw new Error('the loss has a KL term, but the journal no reference');
      return [...decodeFloats(referenceLogprobs)];
    }),
  );
}
