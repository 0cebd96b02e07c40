import { paperRecipe } from './paper.ts';
import { dsrSub, fewShotSets, oneShotSets } from './paper-sets.ts';
import type { Recipe } from './recipe.ts';

/** The paper's training sets on Qwen2.5-Math-1.5B, besides π1. @see arXiv:2504.20571, Tab. 1, 3, 4, 8 */
export const sets: readonly Recipe[] = Object.entries({
  ...oneShotSets,
  ...fewShotSets,
  'dsr-sub': dsrSub,
}).map(([name, set]) => paperRecipe({ ...set, name, title: `RLVR with ${set.title}` }));
