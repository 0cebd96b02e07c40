import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

/** PPO in place of GRPO on the same example: a critic on a copy of the model instead of groups. */
export const microPpo: Recipe = {
  ...microPi1,
  name: 'micro-ppo',
  title: '1-shot RLVR by PPO in the microcosm',
  settings: {
    ...microPi1.settings,
    advantage: { estimator: 'gae' },
    critic: { completions: 16, ranks: 1, optim: { learningRate: 1e-4, zeroLrFirstStep: false } },
  },
};
