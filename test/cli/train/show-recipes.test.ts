import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settingValues } from '#cli/train/setting-values.ts';
import { showRecipe } from '#cli/train/show-recipes.ts';
import { recipes } from '#trainer/recipes/recipes.ts';
import { settingMeanings, settingSchemas } from '#trainer/settings/setting-names.ts';

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('every setting', () => {
  it.each([...settingSchemas])('%s has a meaning, and words for what it takes', (name, schemas) => {
    expect(settingMeanings.get(name)).toMatch(/^[^a-z ].{8}|^`.{8}/);
    expect(settingValues(schemas)).not.toMatch(/(?<!list as )JSON|^$/);
  });
});

describe('what a setting takes', () => {
  it.each([
    ['engine.threads', 'a whole number from 1 to 1024'],
    ['optim.learningRate', 'a number above 0 to 1000'],
    ['sampling.seed', 'a whole number from 0'],
    ['sampling.stop', 'a list as JSON, null'],
    ['loss.klKind', 'k1, k2, k3'],
    ['advantage.ddof', '0, 1'],
    ['engine.gradientCheckpointing', 'true, false'],
    ['sampler.kind', 'engine, onnx, vllm'],
  ])('%s: %s', (name, words) => expect(settingValues(settingSchemas.get(name) ?? [])).toBe(words));
});

describe('oneshot recipes RECIPE', () => {
  it('says of each setting what it is, what it means and takes, and where it differs from the default', () => {
    showRecipe('pi1', { json: false });
    expect(printed).toContain(
      "reward.mode=paper-train  (default reward)\n    1 where this grader says correct, else 0. The paper's is paper-train [C].\n" +
        '    Takes reward, benchmark, paper-train, paper-eval, format; reward by default.\n',
    );
    expect(printed).toMatch(/\nsteps=2000\n.*\n {4}Takes a whole number from 1 to 999999\.\n/);
    expect(printed).toMatch(
      /\nengine\.threads=auto\n[^=]*Takes auto, a whole number from 1 to 1024; auto by default\./,
    );
  });

  it.each(recipes)('$name has the same as JSON', ({ name }) => {
    showRecipe(name, { json: true });
    const { settings, about } = JSON.parse(printed);
    expect(about).toContainEqual({
      name: 'steps',
      value: settings.steps,
      values: 'a whole number from 1 to 999999',
      meaning: settingMeanings.get('steps'),
    });
    for (const each of about) expect(each.meaning).not.toBe('');
  });
});
