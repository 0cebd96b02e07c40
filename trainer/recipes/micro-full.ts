import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

/** The upper bar of the microcosm: the same training on 1,209 examples instead of one. */
export const microFull: Recipe = {
  ...microPi1,
  name: 'micro-full',
  title: 'RLVR on the full training set of the microcosm',
  data: 'micro-full',
};
