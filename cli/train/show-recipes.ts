import { recipeByName, recipes } from '#trainer/recipes/recipes.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import { settingAt, settingText, settleSettings, startFromRecipe } from './settle-settings.ts';

/** Lists what `oneshot train` knows by name. */
export function listRecipes({ json }: { readonly json: boolean }): void {
  const width = Math.max(...recipes.map(({ name }) => name.length)) + 2;
  for (const { name, title } of recipes) {
    process.stdout.write(json ? `${JSON.stringify({ name, title })}\n` : `${name.padEnd(width)}${title}\n`);
  }
}

/**
 * Every setting of a recipe, by the names and in the form that `oneshot train --set` takes, with the default beside what
 * differs from it; then what its checkpoints are scored by.
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
  if (json) {
    const { title, evaluation } = recipe;
    process.stdout.write(`${JSON.stringify({ name, title, settings: shown, evaluation })}\n`);
    return;
  }
  process.stdout.write(`${recipe.title}\n\n`);
  const defaults = RunSettings.parse({ recipe: name, steps: settings.steps });
  for (const path of settingSchemas.keys()) {
    const value = settingAt(shown, path);
    if (value === undefined) continue;
    process.stdout.write(`${path}=${settingText(value)}${besides(value, settingAt(defaults, path))}\n`);
  }
  const { benchmarks, template } = recipe.evaluation;
  const scored =
    benchmarks.length === 0
      ? 'Its checkpoints are not scored; --eval-benchmarks names benchmarks.'
      : `Its checkpoints are scored on ${benchmarks.join(', ')} with the prompt ${template}; --eval-benchmarks names others.`;
  process.stdout.write(`\n${scored}\n`);
}

/** The default where a recipe has another value; what is left to the machine differs from nothing. */
function besides(value: unknown, otherwise: unknown): string {
  const [text, other] = [settingText(value), settingText(otherwise ?? null)];
  return value === 'auto' || text === other
    ? ''
    : `  (default ${otherwise === undefined ? 'absent' : other})`;
}
