import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { nearNames, settingSchemas } from '#trainer/settings/setting-names.ts';

const defaults = RunSettings.parse({ recipe: 'own', steps: 10 });

describe('assignSettings', () => {
  it('reads numbers, switches, words and lists by the type of the setting', () => {
    const set = assignSettings(defaults, [
      'optim.learningRate=2e-6',
      'optim.zeroLrFirstStep=false',
      'loss.klKind=k2',
      'optim.betas=[0.9,0.98]',
      'steps=3',
    ]);
    expect(set.optim).toMatchObject({ learningRate: 2e-6, zeroLrFirstStep: false, betas: [0.9, 0.98] });
    expect(set).toMatchObject({ steps: 3, loss: { klKind: 'k2' } });
    expect(defaults.optim.learningRate).toBe(1e-6);
  });

  it('changes an alternative of a union, with the defaults of the new one', () => {
    const { aggregation } = assignSettings(defaults, ['loss.aggregation.kind=sequence-mean']).loss;
    expect(aggregation).toEqual({ kind: 'sequence-mean' });
    expect(assignSettings(defaults, ['loss.aggregation.ranks=4']).loss.aggregation).toMatchObject({
      ranks: 4,
    });
  });

  it('refuses a value of an alternative that is not chosen', () => {
    const both = ['loss.aggregation.kind=sequence-mean', 'loss.aggregation.ranks=4'];
    expect(() => assignSettings(defaults, both)).toThrow(/loss.aggregation.ranks does not apply/);
  });

  it('names near settings for an unknown one', () => {
    expect(() => assignSettings(defaults, ['optim.learning_rate=1'])).toThrow(/mean optim.learningRate/);
    expect(() => assignSettings(defaults, ['learningRate=1'])).toThrow(/mean optim.learningRate/);
    expect(() => assignSettings(defaults, ['loss.klcoef=1'])).toThrow(/mean loss.klCoefficient/);
    expect(() => assignSettings(defaults, ['xyzzy=1'])).toThrow(/no setting xyzzy. oneshot recipes NAME/);
    expect(nearNames('optim').every((name) => name.startsWith('optim.'))).toBe(true);
  });

  it('says what is wrong with a value', () => {
    expect(() => assignSettings(defaults, ['steps=0'])).toThrow(/steps cannot be 0: it must be above 0/);
    expect(() => assignSettings(defaults, ['steps'])).toThrow(/--set steps=VALUE/);
    expect(() => assignSettings(defaults, ['loss.klKind=k9'])).toThrow(/klKind cannot be k9/);
  });

  it('leaves every setting as it is when each is assigned its own value', () => {
    const names = [...settingSchemas.keys()].filter((name) => valueAt(name) !== undefined);
    fc.assert(
      fc.property(fc.subarray(names), (chosen) => {
        const assignments = chosen.map((name) => `${name}=${JSON.stringify(valueAt(name))}`);
        expect(assignSettings(defaults, assignments)).toEqual(defaults);
      }),
    );
  });
});

function valueAt(name: string): unknown {
  return name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], defaults);
}
