import { describe, expect, it } from 'vitest';
import {
  type SettingOverrides,
  settleSettings,
  startFromRecipe,
  startFromRun,
} from '#cli/train/settle-settings.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const ask = (recipe: string, overrides: SettingOverrides = {}) =>
  settleSettings(startFromRecipe(recipeByName(recipe)), overrides);
const ALL = ['engine.device', 'engine.precision', 'engine.threads', 'sampler.kind'];

describe('settleSettings', () => {
  it('leaves to the machine what nobody says, at its plain default until then', () => {
    const { settings, automatic } = ask('pi1');
    expect([...automatic]).toEqual(ALL);
    expect(settings).toEqual(RunSettings.parse({ ...recipeByName('pi1').settings, recipe: 'pi1' }));
  });

  it('keeps what the miniature recipes say, whatever the machine', () => {
    const { settings, automatic } = ask('micro-label-98');
    expect([...automatic]).toEqual([]);
    expect(settings.engine).toMatchObject({ device: 'cpu', precision: 'fp32', threads: 1 });
    expect(settings.sampler).toEqual({ kind: 'engine' });
  });

  it.each<[SettingOverrides, string[]]>([
    [{ threads: 4 }, ['engine.device', 'engine.precision', 'sampler.kind']],
    [{ sampler: 'engine', set: ['engine.device=cuda'] }, ['engine.precision', 'engine.threads']],
    [{ threads: 'auto', set: ['engine.threads=2'] }, ['engine.device', 'engine.precision', 'sampler.kind']],
    [{ set: ['engine.threads=2', 'engine.threads=auto'] }, ALL],
    [
      { set: ['engine.threads=auto', 'engine.threads=2'] },
      ['engine.device', 'engine.precision', 'sampler.kind'],
    ],
  ])('has what the command says settled: %j', (overrides, left) => {
    expect([...ask('pi1', overrides).automatic]).toEqual(left);
  });

  it('takes auto over what a recipe or a forked run says', () => {
    const auto = { threads: 'auto', set: ['engine.device=auto'] } as const;
    expect([...ask('micro-pi1', auto).automatic]).toEqual(['engine.device', 'engine.threads']);
    const run = RunSettings.parse({ recipe: 'pi1', steps: 5, engine: { device: 'cuda', threads: 8 } });
    const { settings, automatic } = settleSettings(startFromRun(run), { threads: 'auto' });
    expect([...automatic]).toEqual(['engine.threads']);
    expect(settings.engine).toMatchObject({ device: 'cuda', threads: 1 });
  });

  it('says who says each setting', () => {
    const { sources } = ask('pi1', { steps: 3, set: ['optim.learningRate=2e-6'] });
    expect(
      ['steps', 'optim.learningRate', 'reward.mode', 'samples', 'engine.device'].map((name) =>
        sources.get(name),
      ),
    ).toEqual(['command', 'command', 'recipe', 'default', 'auto']);
    const run = RunSettings.parse({ recipe: 'pi1', steps: 5 });
    expect(settleSettings(startFromRun(run), {}).sources.get('samples')).toBe('fork');
  });

  it('refuses a value that is none, and settings that do not go together', () => {
    expect(() => ask('pi1', { set: ['engine.device=gpu'] })).toThrow('engine.device cannot be gpu');
    expect(() => ask('pi1', { set: ['engine.matmul=auto'] })).toThrow('engine.matmul cannot be auto');
    expect(() => ask('pi1', { sampler: 'engine', set: ['engine.ranks=2'] })).toThrow('does not sample');
  });
});
