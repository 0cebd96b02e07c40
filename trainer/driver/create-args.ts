import type { Args } from '../engine-client/engine-protocol.ts';
import type { RunConfig } from '../settings/config.ts';
import { hasCritic } from '../settings/has-critic.ts';

/**
 * How an engine is made for a run.
 *
 * @param model - folder of the weights that training goes on from
 * @param base - folder of the base model, which is the reference policy
 */
export function createArgs(config: RunConfig, model: string, base: string): Args<'create'> {
  const { engine, critic, optim, loss, sampling } = config;
  const { ranks: _, ...computing } = engine;
  return {
    model,
    reference: loss.klCoefficient === 0 ? null : base,
    ...computing,
    critic: hasCritic(config) ? { seed: sampling.seed, optimizer: optimizerOf(critic.optim) } : null,
    optimizer: optimizerOf(optim),
  };
}

function optimizerOf({ betas, eps, weightDecay }: RunConfig['optim']) {
  return { betas, eps, weightDecay, decay: 'all' as const };
}
