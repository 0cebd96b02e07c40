import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const recipesCommand = new StrictCommand('recipes')
  .argument('[name]')
  .description('list the recipes, or every setting of one, by the names that `train --set` takes')
  .addOption(json())
  .action(async (name, options) => {
    const { listRecipes, showRecipe } = await import('../train/show-recipes.ts');
    return name === undefined ? listRecipes(options) : showRecipe(name, options);
  });
