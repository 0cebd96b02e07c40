import { KnownError } from '#shared/errors.ts';
import { didYouMean } from '#shared/nearest.ts';
import { ablations } from './ablations.ts';
import { format } from './format.ts';
import { wrongLabels } from './label-noise.ts';
import { microAblations } from './micro-ablations.ts';
import { microFormat } from './micro-format.ts';
import { microPi1 } from './micro-pi1.ts';
import { microPpo } from './micro-ppo.ts';
import { microSets } from './micro-sets.ts';
import { otherModels } from './other-models.ts';
import { own } from './own.ts';
import { pi1 } from './pi1.ts';
import type { Recipe } from './recipe.ts';
import { sets } from './sets.ts';

export const recipes: readonly Recipe[] = [
  own,
  microPi1,
  microFormat,
  microPpo,
  ...microSets,
  ...microAblations,
  pi1,
  ...sets,
  ...wrongLabels,
  ...format,
  ...ablations,
  ...otherModels,
];

/** @throws {KnownError} `recipe-unknown` */
export function recipeByName(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name);
  if (recipe) return recipe;
  const near = didYouMean(
    name,
    recipes.map((candidate) => candidate.name),
  );
  throw new KnownError(
    'recipe-unknown',
    `There is no recipe ${name}.${near} \`oneshot recipes\` lists all ${recipes.length}.`,
  );
}
