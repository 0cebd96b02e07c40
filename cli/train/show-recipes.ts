import { recipeByName, recipes } from '#trainer/recipes/recipes.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import { settingAt, settingText, settleSettings, startFromRecipe } from './settle-settings.ts';

/** Lists what `oneshot train` knows by name. */
export function listRecipes({ json }: { readonly json: boolean }): void {
  const width = Math.max(...recipes.map(({ name }) => name.length)) + 2;
  for (const { name, title } of recipes) {
    process.stdout.write(json ? `${JSON.stringify({ name, title })}\n` : `${name.padEnd(width)}${title}\n`);
  }
}

/** Every setting of a recipe, by the names and in the form that `oneshot train --set` takes. */
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
    process.stdout.write(`${JSON.stringify({ name, title: recipe.title, settings: shown })}\n`);
    return;
  }
  process.stdout.write(`${recipe.title}\n\n`);
  for (const path of settingSchemas.keys()) {
    const value = settingAt(shown, path);
    if (value !== undefined) process.stdout.write(`${path}=${settingText(value)}\n`);
  }
}
