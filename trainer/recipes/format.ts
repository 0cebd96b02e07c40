import { paperRecipe } from './paper.ts';
import { dsrSub } from './paper-sets.ts';
import { pi1 } from './pi1.ts';
import type { Recipe } from './recipe.ts';

const reward = { kind: 'verifier', mode: 'format' } as const;

/** The baseline that earns its reward for any closed box, right or wrong. @see arXiv:2504.20571, §3.1, C.2.3 */
export const format: readonly Recipe[] = [
  {
    ...pi1,
    name: 'pi1-format',
    title: 'Format reward with π1',
    settings: { ...pi1.settings, reward },
  },
  paperRecipe({
    ...dsrSub,
    name: 'dsr-sub-format',
    title: 'Format reward with DSR-sub',
    settings: { reward },
  }),
];
