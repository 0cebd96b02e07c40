import { paperRecipe } from './paper.ts';
import { dsrSub } from './paper-sets.ts';
import type { Recipe } from './recipe.ts';

/** A share of DSR-sub's labels made wrong at random. @see arXiv:2504.20571, C.2.4 */
export const wrongLabels: readonly Recipe[] = [0.6, 0.9].map((share) =>
  paperRecipe({
    ...dsrSub,
    name: `dsr-sub-wrong-${share * 100}`,
    title: `RLVR with DSR-sub, ${share * 100} % of its labels wrong`,
    settings: { data: { invalidLabels: 'skip', wrongLabels: { share } } },
  }),
);
