import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

/** What many try first. */
const show = new StrictCommand('show')
  .description('the same as `oneshot recipes RECIPE`')
  .argument('<recipe>')
  .action(async (name, _, { parent }) => {
    const json = parent?.opts()['json'] === true; // which takes its options wherever they stand
    (await import('../train/show-recipes.ts')).showRecipe(name, { json });
  });

export const recipesCommand = new StrictCommand('recipes')
  .example('recipes', 'all of them')
  .example('recipes pi1', 'its settings: what each means and takes, and which differ from the defaults')
  .summary('list the recipes, or the settings of one')
  .description(
    'list the recipes, or every setting of one by the name that `train --set` takes: its value, meaning, what it takes, default',
  )
  .helpCommand(false)
  .argument('[recipe]')
  .addOption(json())
  .addCommand(show, { hidden: true })
  .action(async (name, options) => {
    const { listRecipes, showRecipe } = await import('../train/show-recipes.ts');
    return name === undefined ? listRecipes(options) : showRecipe(name, options);
  });
