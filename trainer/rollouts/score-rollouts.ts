import type { EngineClient } from '../engine-client/engine-client.ts';
import type { RunSettings } from '../settings/config.ts';
import { hasCritic } from '../settings/has-critic.ts';
import type { PhaseClock } from '../telemetry/phase-clock.ts';
import type { Graded, Scored } from './rollout.ts';
import { completionLengths, type Sequences, sequencesOf, split } from './sequences.ts';

/** Which log-probabilities the settings' loss or rewards read besides the current ones. */
function readLogprobs({ loss, update, prompts, samples }: RunSettings): {
  readonly reference: boolean;
  readonly old: boolean;
} {
  const reference = loss.klCoefficient !== 0;
  const offPolicy = (update.completions ?? prompts * samples) < prompts * samples;
  return { reference, old: offPolicy || (reference && loss.klPlacement === 'reward') };
}

/** Asks the engine, once and before the first update of the step, for whatever the update will read. */
export async function scoreRollouts(
  rollouts: readonly Graded[],
  config: RunSettings,
  engine: EngineClient,
  phases: PhaseClock,
): Promise<Scored[]> {
  const sequences = sequencesOf(rollouts);
  const lengths = completionLengths(sequences);
  const { temperature } = config.sampling;
  const read = readLogprobs(config);
  const logprobs = async (slot: 'policy' | 'reference') => {
    const { tensors } = await engine.call('forward', { slot, temperature }, { ...sequences });
    return split(tensors['logprobs'] as Float32Array, lengths);
  };
  const old = read.old ? await phases.time('old', () => logprobs('policy')) : null;
  const reference = read.reference ? await phases.time('reference', () => logprobs('reference')) : null;
  const values = hasCritic(config)
    ? await phases.time('values', () => valuesOf(sequences, config, engine))
    : null;
  return rollouts.map((rollout, b) => ({
    ...rollout,
    oldLogprobs: old?.[b] ?? null,
    referenceLogprobs: reference?.[b] ?? null,
    values: values?.[b] ?? null,
  }));
}

async function valuesOf(
  sequences: Sequences,
  { sampling }: RunSettings,
  engine: EngineClient,
): Promise<Float32Array[]> {
  const { temperature } = sampling;
  const { tensors } = await engine.call('forward', { slot: 'critic', temperature }, { ...sequences });
  return split(
    tensors['values'] as Float32Array,
    completionLengths(sequences).map((length) => length + 1),
  );
}
