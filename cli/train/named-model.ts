import { join } from 'node:path';
import { KnownError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/inference/model-config.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { findShape } from '../models/find-shape.ts';
import { packageRoot } from '../package/package-root.ts';
import type { AskedRun } from './ask-run.ts';
import type { RunOverrides } from './run-overrides.ts';

/** A model as it is named, and its shape. */
export interface NamedModel {
  readonly name: string;
  readonly shape: ModelConfig;
}

/**
 * The base model that a run is asked to have, by its config.json alone.
 *
 * @param store - `undefined`: nothing is stored yet
 * @returns `undefined` where none is named, or config.json is not to be had
 * @throws {KnownError} as `findShape` does
 */
export async function namedModel(
  { recipe, origin, overrides }: AskedRun,
  store: ObjectStore | undefined,
  env: NodeJS.ProcessEnv,
): Promise<NamedModel | undefined> {
  const shipped = recipe && recipe.model !== null ? modelFolder(recipe, overrides) : undefined;
  const name = overrides.model ?? origin?.config.model ?? shipped;
  const shape = name === undefined ? undefined : await findShape(store, name, env);
  return name === undefined || shape === undefined ? undefined : { name, shape };
}

/** Where a recipe's base model is, as `--model` takes it. @throws {KnownError} `model-needed` */
export function modelFolder(recipe: Recipe, { model }: RunOverrides): string {
  if (model !== undefined) return model;
  if (recipe.model !== null) return join(packageRoot, 'trainer/microcosm/bases', recipe.model);
  throw new KnownError(
    'model-needed',
    `The recipe ${recipe.name} needs --model: a Hugging Face folder, org/name of the hub, or RUN[@STEP].`,
  );
}
