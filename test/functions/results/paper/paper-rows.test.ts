import { describe, expect, it } from 'vitest';
import { PAPER_SETS, paperExperiment, paperRecipes } from '#functions/results/paper/paper-rows.ts';
import { mean } from '#shared/metrics/mean.ts';
import { paperEvaluation } from '#trainer/recipes/paper.ts';
import { recipes } from '#trainer/recipes/recipes.ts';

describe('the rows of the paper', () => {
  it.each(paperRecipes)('%s is a recipe, scored on the six sets', (name) => {
    const recipe = recipes.find((each) => each.name === name);
    expect(recipe?.evaluation.benchmarks).toEqual([...PAPER_SETS]);
  });

  it('have the sets of the recipes of the paper', () => {
    expect(paperEvaluation.benchmarks).toEqual([...PAPER_SETS]);
  });

  it.each(paperRecipes)('%s has as its average the mean of its sets, as far as they are rounded', (name) => {
    const { row, base } = paperExperiment(name) ?? {};
    for (const each of [row, base])
      expect(Math.abs((each?.average ?? 0) - (mean(Object.values(each?.scores ?? {})) ?? 1))).toBeLessThan(
        0.0011,
      );
  });

  it('have a format control that is another row, or none', () => {
    for (const name of paperRecipes) {
      const control = paperExperiment(name)?.formatRecipe;
      expect(control).not.toBe(name);
      if (control != null) expect(paperRecipes).toContain(control);
    }
    expect(paperExperiment('pi1')?.formatRecipe).toBe('pi1-format');
    expect(paperExperiment('dsr-sub')?.formatRecipe).toBe('dsr-sub-format');
    expect(paperExperiment('llama-pi1')?.formatRecipe).toBeNull();
    expect(paperExperiment('micro-pi1')).toBeUndefined();
  });
});
