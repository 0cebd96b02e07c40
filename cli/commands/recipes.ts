import { recipes } from '#trainer/recipes/recipes.ts';

/** Lists what `oneshot train` knows by name. */
export function listRecipes({ json }: { readonly json: boolean }): void {
  for (const { name, title } of recipes) {
    process.stdout.write(json ? `${JSON.stringify({ name, title })}\n` : `${name.padEnd(14)}${title}\n`);
  }
}
