import { defined } from '#shared/defined.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import {
  AUTOMATIC,
  type AutomaticName,
  isAutomatic,
  plainValues,
  withValues,
} from '#trainer/settings/automatic.ts';
import { checkBatch } from '#trainer/settings/check-batch.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { type Reward, RunSettings } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';

/** Settings that a user changes from the command line, besides `--set`, which has the last word. */
export interface SettingOverrides {
  readonly steps?: number | undefined;
  readonly prompts?: number | undefined;
  readonly samples?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | Auto | undefined;
  /** Who draws completions, in its default settings. */
  readonly sampler?: RunSettings['sampler']['kind'] | Auto | undefined;
  readonly checkpointEvery?: number | undefined;
  /** `name=value` each. */
  readonly set?: readonly string[] | undefined;
}

/** Left to the machine. */
const AUTO = 'auto';
type Auto = typeof AUTO;

/** Who says the value of a setting. */
export type Source = 'default' | 'recipe' | 'fork' | 'command' | Auto;

/** What a run is asked to be, before anybody looks at a machine. */
export interface AskedSettings {
  /** Those that are left to the machine have their plain defaults. */
  readonly settings: RunSettings;
  readonly automatic: ReadonlySet<AutomaticName>;
  /** By the dotted name of each setting. */
  readonly sources: ReadonlyMap<string, Source>;
}

/** What the command line changes: a recipe, or the settings of the run that is forked. */
export interface StartingPoint {
  readonly settings: RunSettings;
  /** Whether it says a setting, by its dotted name. */
  readonly says: (name: string) => boolean;
  readonly source: 'recipe' | 'fork';
}

/** The settings of a recipe. */
export function recipeSettings({ name, settings }: Recipe): RunSettings {
  return RunSettings.parse({ ...settings, recipe: name });
}

export function startFromRecipe(recipe: Recipe): StartingPoint {
  return {
    settings: recipeSettings(recipe),
    says: (name) => settingAt(recipe.settings, name) !== undefined,
    source: 'recipe',
  };
}

/** A fork goes on as its run did, whatever the machine. */
export function startFromRun(config: RunSettings): StartingPoint {
  return { settings: RunSettings.parse(config), says: () => true, source: 'fork' };
}

/**
 * Settings with what the command line changes.
 *
 * @param reward - instead of that of `start`
 * @throws {KnownError} `setting-unknown`, `setting-invalid`, `config-invalid`
 */
export function settleSettings(
  start: StartingPoint,
  overrides: SettingOverrides,
  reward: Reward = start.settings.reward,
): AskedSettings {
  const { assignments, left } = splitAuto(overrides);
  const said = new Set([...flagNames(overrides), ...assignments.map(nameOf)]);
  const saysReward = reward !== start.settings.reward;
  const automatic = new Set(
    AUTOMATIC.filter((name) => left.has(name) || !(said.has(name) || start.says(name))),
  );
  const base = withValues({ ...start.settings, reward }, automatic, plainValues);
  const settings = assignSettings(withFlags(base, overrides), assignments);
  checkBatch(settings);
  if (!automatic.has('sampler.kind')) checkSampler(settings);
  const sources = [...settingSchemas.keys()].map((name): [string, Source] => {
    if (isAutomatic(name) && automatic.has(name)) return [name, AUTO];
    if (said.has(name) || (saysReward && name.startsWith('reward.'))) return [name, 'command'];
    return [name, start.says(name) ? start.source : 'default'];
  });
  return { settings, automatic, sources: new Map(sources) };
}

/** The value of a setting by its dotted name; `undefined` where it does not apply. */
export function settingAt(settings: unknown, name: string): unknown {
  // Settings are objects down to their values.
  return name.split('.').reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
}

/** A value as `--set` takes it. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The settings that options of their own change. */
function flagNames(overrides: SettingOverrides): readonly string[] {
  const { steps, prompts, samples, maxTokens, seed, threads, sampler, checkpointEvery } = overrides;
  const values = {
    steps,
    prompts,
    samples,
    checkpointEvery,
    'sampling.maxTokens': maxTokens,
    'sampling.seed': seed,
    'engine.threads': threads,
    'sampler.kind': sampler,
  };
  return Object.keys(defined(values));
}

function withFlags(base: RunSettings, overrides: SettingOverrides): RunSettings {
  const { steps, prompts, samples, maxTokens, seed, threads, sampler, checkpointEvery } = overrides;
  return RunSettings.parse({
    ...base,
    ...defined({ steps, prompts, samples, checkpointEvery }),
    sampling: { ...base.sampling, ...defined({ maxTokens, seed }) },
    engine: { ...base.engine, ...(threads !== AUTO && defined({ threads })) },
    ...(sampler && sampler !== AUTO && { sampler: { kind: sampler } }),
  });
}

/** Assignments less those of `auto`, and the settings that are left to the machine; the last word on each counts. */
function splitAuto({ set = [], threads, sampler }: SettingOverrides): {
  readonly assignments: readonly string[];
  readonly left: ReadonlySet<AutomaticName>;
} {
  const left = new Set<AutomaticName>();
  if (threads === AUTO) left.add('engine.threads');
  if (sampler === AUTO) left.add('sampler.kind');
  for (const assignment of set) {
    const name = nameOf(assignment);
    if (!isAutomatic(name)) continue;
    if (assignment === `${name}=${AUTO}`) left.add(name);
    else left.delete(name);
  }
  return { assignments: set.filter((assignment) => !leaves(assignment, left)), left };
}

/** Whether an assignment speaks of a setting that is left to the machine in the end. */
function leaves(assignment: string, left: ReadonlySet<AutomaticName>): boolean {
  const name = nameOf(assignment);
  return isAutomatic(name) && (left.has(name) || assignment === `${name}=${AUTO}`);
}

function nameOf(assignment: string): string {
  return assignment.split('=')[0] as string; // splitting gives at least one part
}
