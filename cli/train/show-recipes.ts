import { recipeByName, recipes } from '#trainer/recipes/recipes.ts';
import { isAutomatic } from '#trainer/settings/automatic.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { settingMeanings, settingSchemas } from '#trainer/settings/setting-names.ts';
import { wrappedText } from '../terminal/wrapped-text.ts';
import { settingValues } from './setting-values.ts';
import { settingAt, settingText, settleSettings, startFromRecipe } from './settle-settings.ts';

/** Lists what `oneshot train` knows by name. */
export function listRecipes({ json }: { readonly json: boolean }): void {
  const width = Math.max(...recipes.map(({ name }) => name.length)) + 2;
  for (const { name, title } of recipes) {
    process.stdout.write(json ? `${JSON.stringify({ name, title })}\n` : `${name.padEnd(width)}${title}\n`);
  }
}

/** A setting of a recipe. */
interface ShownSetting {
  readonly name: string;
  readonly value: unknown;
  /** `undefined`: absent. */
  readonly default: unknown;
  /** What it takes, in words. */
  readonly values: string;
  readonly meaning: string;
}

/**
 * Every setting of a recipe, by the names and in the form that `oneshot train --set` takes, with what it means, what it takes
 * and its default; then what its checkpoints are scored by.
 */
export function showRecipe(name: string, { json }: { readonly json: boolean }): void {
  const recipe = recipeByName(name);
  const { settings, automatic } = settleSettings(startFromRecipe(recipe), {});
  const shown = structuredClone<unknown>(settings);
  for (const name of automatic) {
    const [group = '', key = ''] = name.split('.');
    // What is automatic lies one group deep.
    (settingAt(shown, group) as Record<string, unknown>)[key] = 'auto';
  }
  const all = shownSettings(shown, RunSettings.parse({ recipe: name, steps: settings.steps }));
  if (json) {
    const { title, evaluation } = recipe;
    process.stdout.write(`${JSON.stringify({ name, title, settings: shown, evaluation, about: all })}\n`);
    return;
  }
  process.stdout.write(`${recipe.title}\n\n${all.map(settingLines).join('')}`);
  const { benchmarks, template } = recipe.evaluation;
  const scored =
    benchmarks.length === 0
      ? 'Its checkpoints are not scored; --eval-benchmarks names benchmarks.'
      : `Its checkpoints are scored on ${benchmarks.join(', ')} with the prompt ${template}; --eval-benchmarks names others.`;
  process.stdout.write(`\n${scored}\n${SOURCES}\n`);
}

const SOURCES =
  'Where defaults come from: [P] the paper, arXiv:2504.20571; [C] its public code; [ours] no source gives one.';

function shownSettings(shown: unknown, defaults: RunSettings): readonly ShownSetting[] {
  return [...settingSchemas].flatMap(([name, schemas]) => {
    const value = settingAt(shown, name);
    if (value === undefined) return [];
    const meaning = settingMeanings.get(name) ?? '';
    const values = settingValues(schemas);
    if (isAutomatic(name)) return { name, value, default: 'auto', values: `auto, ${values}`, meaning };
    // A recipe must say its steps.
    return {
      name,
      value,
      default: name === 'steps' ? undefined : settingAt(defaults, name),
      values,
      meaning,
    };
  });
}

function settingLines({ name, value, values, meaning, default: otherwise }: ShownSetting): string {
  const [text, usual] = [settingText(value), otherwise === undefined ? undefined : settingText(otherwise)];
  const mark = usual === undefined || usual === text ? '' : `  (default ${usual})`;
  const told = usual === undefined ? '' : `; ${usual.trim()} by default`;
  return `${name}=${text}${mark}\n${wrappedText(meaning)}${wrappedText(`Takes ${values}${told}.`)}`;
}
