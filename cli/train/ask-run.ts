import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { own } from '#trainer/recipes/own.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { chooseReward, type ReadReward } from './choose-reward.ts';
import { type ForkOrigin, findFork } from './find-fork.ts';
import type { RunOverrides } from './run-overrides.ts';
import { type AskedSettings, settleSettings, startFromRecipe, startFromRun } from './settle-settings.ts';

/** What the words of a command ask for, read once: it is planned, stored and printed from this. */
export interface AskedRun extends AskedSettings {
  /** That of the settings; `undefined`: they are those of the run that is forked. */
  readonly recipe: Recipe | undefined;
  readonly origin: ForkOrigin | undefined;
  /** What `--reward` says; `undefined`: nothing. */
  readonly reward: ReadReward | undefined;
  readonly overrides: RunOverrides;
}

/**
 * Reads what a run is asked to be, before anybody looks at a machine. Stores nothing, and reads neither model, examples
 * nor problems.
 *
 * @param store - `undefined`: nothing is stored yet
 * @param recipe - `undefined`: that for own data, or the settings of the run that is forked
 * @throws {KnownError} `recipe-needed`, `fork-unknown`, `reward-unknown`, and as `settleSettings` does
 */
export async function askRun(
  store: ObjectStore | undefined,
  recipe: Recipe | undefined,
  overrides: RunOverrides,
): Promise<AskedRun> {
  const { fork, reward: texts } = overrides;
  const origin = fork === undefined ? undefined : await findOrigin(store, fork);
  const chosen = chooseRecipe(recipe, overrides);
  const start = chosen ? startFromRecipe(chosen) : startFromRun((origin as ForkOrigin).config); // one of the two is there
  const reward = texts && (await chooseReward(texts));
  const asked = settleSettings(start, overrides, reward?.reward);
  return { ...asked, recipe: chosen, origin, reward, overrides };
}

/** @returns `undefined`: the settings of the run that is forked */
function chooseRecipe(
  recipe: Recipe | undefined,
  { data, fork }: Pick<RunOverrides, 'data' | 'fork'>,
): Recipe | undefined {
  if (recipe !== undefined || fork !== undefined) return recipe;
  if (data !== undefined) return own;
  throw new KnownError('recipe-needed', 'Name a recipe, your own examples with --data, or a run to --fork.');
}

function findOrigin(store: ObjectStore | undefined, fork: string): Promise<ForkOrigin> {
  if (store) return findFork(store, fork);
  throw new KnownError('fork-unknown', `There is no run ${fork} here: the workspace does not exist yet.`);
}
