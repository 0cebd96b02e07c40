/**
 * The way from rewards to advantages: within groups (`group-advantages.ts`) or by a critic (`gae.ts`,
 * `whiten.ts`). Pure arithmetic on a step's completions; nothing here knows the engine.
 */
import type { Rollout, Scored } from '../rollouts/rollout.ts';
import type { RunSettings } from '../settings/config.ts';
import { type GaeSettings, generalizedAdvantages } from './gae.ts';
import { type AdvantageSettings, advantagesByGroup } from './group-advantages.ts';
import { whiten } from './whiten.ts';

/**
 * Completes the rollouts of a step with their advantages: within the group of a row or of a prompt, or of single tokens
 * by the values of a critic. Pure.
 *
 * @param scored - [G·K]
 */
export function assignAdvantages(
  scored: readonly Scored[],
  settings: Pick<RunSettings, 'advantage' | 'loss' | 'sampling'>,
): Rollout[] {
  const { advantage, loss, sampling } = settings;
  const { estimator } = advantage;
  if (estimator !== 'gae') return byGroup(scored, loss, { ...advantage, estimator });
  const rewards = scored.map((rollout) => tokenRewards(rollout, loss));
  return byCritic(scored, rewards, sampling.maxTokens, advantage);
}

function byGroup(
  scored: readonly Scored[],
  loss: RunSettings['loss'],
  settings: AdvantageSettings & Pick<RunSettings['advantage'], 'groupBy'>,
): Rollout[] {
  const totals = scored.map((rollout) =>
    penalized(loss)
      ? tokenRewards(rollout, loss).reduce((total, reward) => total + reward, 0)
      : rollout.reward,
  );
  const groups = scored.map(({ row, prompt }) => (settings.groupBy === 'row' ? row : prompt.join()));
  const advantages = advantagesByGroup(totals, groups, settings);
  return scored.map(({ values: _, ...rollout }, b) => ({
    ...rollout,
    advantage: advantages[b] as number,
    critic: null,
  }));
}

function byCritic(
  scored: readonly Scored[],
  rewards: readonly Float64Array[],
  maxTokens: number,
  settings: GaeSettings,
): Rollout[] {
  const values = scored.map((rollout) => withZeroAfterLimit(rollout.values, maxTokens));
  const estimates = values.map((read, b) =>
    generalizedAdvantages(rewards[b] as Float64Array, read, settings),
  );
  // Only tokens are actions: the place after the last one has a value, but no advantage.
  const whitened = whiten(estimates.map(({ advantages }) => advantages.slice(0, -1)));
  return scored.map(({ values: _, ...rollout }, b) => ({
    ...rollout,
    advantage: null,
    critic: {
      values: values[b] as Float32Array,
      returns: Float32Array.from(estimates[b]?.returns ?? []),
      advantages: Float32Array.from(whitened[b] as Float64Array),
    },
  }));
}

/**
 * Values with 0 after the last token of a completion of the greatest length, where the paper's code has no place for
 * one more.
 */
function withZeroAfterLimit(values: Float32Array | null, maxTokens: number): Float32Array {
  if (!values) throw new Error('the engine gave no values');
  const read = values.slice();
  if (read.length > maxTokens) read[maxTokens] = 0;
  return read;
}

/** Reward of each token [n]: that of the completion on its last, less β·k1 of each where the KL is in the reward. */
function tokenRewards(
  { completion, reward, oldLogprobs, referenceLogprobs }: Scored,
  loss: RunSettings['loss'],
): Float64Array {
  const rewards = new Float64Array(completion.length);
  rewards[rewards.length - 1] = reward;
  if (!penalized(loss)) return rewards;
  if (!oldLogprobs || !referenceLogprobs)
    throw new Error('a KL reward needs old and reference log-probabilities');
  oldLogprobs.forEach((old, t) => {
    rewards[t] = (rewards[t] as number) - loss.klCoefficient * (old - (referenceLogprobs[t] as number));
  });
  return rewards;
}

/** Whether rewards carry the divergence from the reference. */
function penalized({ klPlacement, klCoefficient }: RunSettings['loss']): boolean {
  return klPlacement === 'reward' && klCoefficient !== 0;
}
