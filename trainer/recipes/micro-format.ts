import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

/** The baseline that earns its reward for any closed box, right or wrong. */
export const microFormat: Recipe = {
  ...microPi1,
  name: 'micro-format',
  title: 'Format reward on the same example in the microcosm',
  settings: { ...microPi1.settings, reward: { kind: 'verifier', mode: 'format' } },
};
