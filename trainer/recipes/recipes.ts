import { KnownError } from '#shared/errors.ts';
import { microFormat } from './micro-format.ts';
import { microFull } from './micro-full.ts';
import { microPi1 } from './micro-pi1.ts';
import { microPpo } from './micro-ppo.ts';
import { own } from './own.ts';
import { pi1 } from './pi1.ts';
import type { Recipe } from './recipe.ts';

export const recipes: readonly Recipe[] = [pi1, own, microPi1, microFormat, microFull, microPpo];

/** @throws {KnownError} `recipe-unknown` */
export function recipeByName(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name);
  if (recipe) return recipe;
  const known = recipes.map((candidate) => candidate.name).join(', ');
  throw new KnownError('recipe-unknown', `There is no recipe ${name}. Known recipes: ${known}.`);
}
