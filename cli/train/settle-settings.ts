import { defined } from '#shared/defined.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import { checkBatch } from '#trainer/settings/check-batch.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { type Reward, RunSettings } from '#trainer/settings/config.ts';

/** Settings that a user changes from the command line, besides `--set`, which has the last word. */
export interface SettingOverrides {
  readonly steps?: number | undefined;
  readonly prompts?: number | undefined;
  readonly samples?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  /** Who draws completions, in its default settings. */
  readonly sampler?: RunSettings['sampler']['kind'] | undefined;
  readonly checkpointEvery?: number | undefined;
  /** `name=value` each. */
  readonly set?: readonly string[] | undefined;
}

/** The settings of a recipe. */
export function recipeSettings({ name, settings }: Recipe): RunSettings {
  return RunSettings.parse({ ...settings, recipe: name });
}

/**
 * Settings with what the command line changes.
 *
 * @param reward - instead of that of `base`
 * @throws {KnownError} `setting-unknown`, `setting-invalid`, `config-invalid`
 */
export function settleSettings(
  base: RunSettings,
  overrides: SettingOverrides,
  reward: Reward = base.reward,
): RunSettings {
  const { steps, prompts, samples, maxTokens, seed, threads, sampler, checkpointEvery, set } = overrides;
  const flags = RunSettings.parse({
    ...base,
    reward,
    ...defined({ steps, prompts, samples, checkpointEvery }),
    sampling: { ...base.sampling, ...defined({ maxTokens, seed }) },
    engine: { ...base.engine, ...defined({ threads }) },
    ...(sampler && { sampler: { kind: sampler } }),
  });
  const settings = assignSettings(flags, set ?? []);
  checkBatch(settings);
  checkSampler(settings);
  return settings;
}
